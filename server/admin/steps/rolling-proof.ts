import type { NodeId } from "@/lib/cluster/node";
import type { ProofLine } from "@/lib/operation";
import { findMember, isUp, nodeName, replicasOf } from "@/lib/plans/members";
import { rolls } from "@/lib/plans/plan";
import { hostOf } from "@/lib/plans/preflight/cluster-rows";
import { proof } from "@/lib/words/en/proof";
import { nodeLabel } from "./context";
import { type Evidence, line, stepsOf } from "./proof-lines";

/** What is proved of nodes that were restarted or started again, beside I19. */
export function rollingProof(evidence: Evidence): readonly ProofLine[] {
  return [restarted, upgraded, stayedUp, inSync, startedAgain, hostClear, drilled, drillNotSeen, drillState].flatMap(
    (row) => row(evidence) ?? [],
  );
}

type Row = (evidence: Evidence) => ProofLine | undefined;

const label = ({ operation, topology }: Evidence, id: NodeId): string => nodeLabel(operation.plan, topology, id);

const restarted: Row = (evidence) => {
  const steps = stepsOf(evidence, "restart-node");
  if (steps.length === 0) return undefined;
  const same = steps.filter(({ nodeId, runId }) => {
    const node = findMember(evidence.topology, nodeId);
    return !node || !isUp(node) || node.stats?.runId === runId;
  });
  return same.length === 0
    ? line("restarted", "pass", { nodes: steps.length })
    : line("restarted", "fail", { nodes: same.map(({ nodeId }) => label(evidence, nodeId)) });
};

const upgraded: Row = (evidence) => {
  const steps = stepsOf(evidence, "restart-node").filter((step) => step.engine);
  const version = steps[0]?.engine?.to.version;
  if (version === undefined) return undefined;
  const others = steps.filter(({ nodeId }) => findMember(evidence.topology, nodeId)?.stats?.version !== version);
  return others.length === 0
    ? line("upgraded", "pass", { nodes: steps.length, version })
    : line("upgraded", "fail", { version, nodes: others.map(({ nodeId }) => label(evidence, nodeId)) });
};

const drillStep = ({ operation }: Evidence) => {
  const step = operation.plan.steps.find((one) => one.kind === "hurt-node");
  return step && operation.steps.find((one) => one.stepId === step.id);
};

const drilled: Row = (evidence) => {
  const step = drillStep(evidence);
  if (!step) return undefined;
  if (!step.marks) return line("drilled", "unknown", {});
  const events = step.marks.map(({ what, ms, withinMs, by, nodeId }) =>
    proof.marks[what]({
      at: proof.marks.at({ ms, withinMs }),
      by: by ? label(evidence, by) : "",
      node: nodeId ? label(evidence, nodeId) : "",
    }),
  );
  return line("drilled", "pass", { events });
};

const drillNotSeen: Row = (evidence) => {
  const step = drillStep(evidence);
  if (!step?.marks) return undefined;
  const wanted = evidence.operation.plan.preflight.some((one) => one.code === "takes-over")
    ? (["pfail", "fail", "promoted"] as const)
    : (["pfail", "fail"] as const);
  const missing = wanted.filter((what) => !step.marks?.some((mark) => mark.what === what));
  return missing.length === 0
    ? undefined
    : line("drill-not-seen", "unknown", { what: missing.map((what) => proof.marks.names[what]) });
};

const drillState: Row = (evidence) => {
  const seen = drillStep(evidence)?.watched;
  if (!seen) return undefined;
  const nodes = seen.failing.map((id) => label(evidence, id));
  return seen.failMs === 0
    ? line("drill-state", "pass", {})
    : line("drill-state", "unknown", { ms: seen.failMs, nodes });
};

const hostClear: Row = ({ operation, topology }) => {
  const { verb, wish, preflight } = operation.plan;
  if (verb !== "maintenance" || wish.end === true) return undefined;
  const host = String(wish.host);
  const there = topology.nodes.filter((node) => hostOf(node) === host);
  const heads = there.filter((node) => node.role === "primary" && node.ranges.length > 0);
  if (heads.length === 0) return line("host-clear", "pass", { host, nodes: there.length });
  const accepted = preflight.filter((one) => one.code === "stand-ins" && one.state === "fail");
  const isAccepted = heads.every((node) => accepted.some(({ details }) => details.node === nodeName(node)));
  return line("host-clear", isAccepted ? "unknown" : "fail", { host, nodes: heads.map(nodeName) });
};

/** A plan that takes nodes away without a stand-in has said so, and somebody has accepted it. */
const stayedUp: Row = (evidence) => {
  const { operation, topology } = evidence;
  if (!rolls(operation.plan.verb)) return undefined;
  const seen = operation.steps.flatMap(({ watched }) => watched ?? []);
  const looks = seen.reduce((sum, one) => sum + one.looks, 0);
  const ms = seen.reduce((sum, one) => sum + one.failMs, 0);
  if (ms === 0) return line("stayed-up", "pass", { looks, nodes: topology.nodes.length });
  const nodes = [...new Set(seen.flatMap((one) => one.failing))].map((id) => label(evidence, id));
  const accepted =
    stepsOf(evidence, "restart-node").some((step) => step.down) || stepsOf(evidence, "stop-node").length > 0;
  return line("stayed-up", accepted ? "unknown" : "fail", { ms, nodes });
};

const inSync: Row = (evidence) => {
  const { operation, topology } = evidence;
  const verb = operation.plan.verb;
  if (!rolls(verb) && verb !== "start-cluster") return undefined;
  const heads = topology.nodes.filter((node) => node.role === "primary" && node.ranges.length > 0);
  const replicas = heads.flatMap((head) => replicasOf(topology, head.id));
  const stopped = new Set(stepsOf(evidence, "stop-node").map((step) => step.nodeId));
  const wanted = new Set(operation.heardAtStart?.filter((id) => !stopped.has(id)));
  const apart = [
    ...heads.filter((node) => !isUp(node)),
    ...replicas.filter((node) => (wanted.has(node.id) || isUp(node)) && !(isUp(node) && node.stats?.replLinkUp)),
  ];
  return apart.length === 0
    ? line("in-sync", "pass", { shards: heads.length, replicas: replicas.filter(isUp).length })
    : line("in-sync", "fail", { nodes: apart.map(nodeName) });
};

const startedAgain: Row = (evidence) => {
  const ids = stepsOf(evidence, "start-node").flatMap(({ nodeId }) => nodeId ?? []);
  if (ids.length === 0) return undefined;
  const sad = ids.filter((id) => evidence.views.find((view) => view.from === id)?.info.state !== "ok");
  return sad.length === 0
    ? line("started-again", "pass", { nodes: ids.length })
    : line("started-again", "fail", { nodes: sad.map((id) => label(evidence, id)) });
};
