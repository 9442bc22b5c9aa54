import type { NodeId } from "@/lib/cluster/node";
import type { ProofLine } from "@/lib/operation";
import { findMember, isUp, nodeName, replicasOf } from "@/lib/plans/members";
import { rolls } from "@/lib/plans/plan";
import { nodeLabel } from "./context";
import { type Evidence, line, stepsOf } from "./proof-lines";

/** What is proved of nodes that were restarted or started again, beside I19. */
export function rollingProof(evidence: Evidence): readonly ProofLine[] {
  return [restarted, stayedUp, inSync, startedAgain].flatMap((row) => row(evidence) ?? []);
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

/** A plan that takes nodes away without a stand-in has said so, and somebody has accepted it. */
const stayedUp: Row = (evidence) => {
  const { operation, topology } = evidence;
  if (!rolls(operation.plan.verb)) return undefined;
  const seen = operation.steps.flatMap(({ watched }) => watched ?? []);
  const looks = seen.reduce((sum, one) => sum + one.looks, 0);
  const ms = seen.reduce((sum, one) => sum + one.failMs, 0);
  if (ms === 0) return line("stayed-up", "pass", { looks, nodes: topology.nodes.length });
  const nodes = [...new Set(seen.flatMap((one) => one.failing))].map((id) => label(evidence, id));
  const accepted = stepsOf(evidence, "restart-node").some((step) => step.down);
  return line("stayed-up", accepted ? "unknown" : "fail", { ms, nodes });
};

const inSync: Row = (evidence) => {
  const { operation, topology } = evidence;
  const verb = operation.plan.verb;
  if (!rolls(verb) && verb !== "start-cluster") return undefined;
  const heads = topology.nodes.filter((node) => node.role === "primary" && node.ranges.length > 0);
  const replicas = heads.flatMap((head) => replicasOf(topology, head.id));
  const wanted = new Set(operation.heardAtStart);
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
