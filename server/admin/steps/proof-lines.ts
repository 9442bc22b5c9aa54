import { tellBelief } from "@/lib/cluster/belief";
import type { NodeId, View } from "@/lib/cluster/node";
import {
  countSlots,
  formatRanges,
  intersectRanges,
  normalizeRanges,
  type SlotRanges,
  subtractRanges,
} from "@/lib/cluster/slots";
import type { Topology } from "@/lib/cluster/topology";
import type { Details } from "@/lib/errors";
import type { Operation, ProofLine } from "@/lib/operation";
import { findMember } from "@/lib/plans/members";
import type { StepKind, StepOf } from "@/lib/plans/step";
import { proof } from "@/lib/words/en/proof";
import { nodeLabel } from "./context";
import { claimedIn } from "./del-slots";

/**
 * I19, read from what every node says and from nothing that was replied to a command. Each row answers one line, or
 * none where the plan has nothing of the kind.
 */
export type Evidence = { readonly operation: Operation; readonly topology: Topology; readonly views: readonly View[] };

export function proofLines(evidence: Evidence): readonly ProofLine[] {
  if (isAboutNodes(evidence)) return [heard, silentBefore, absent, called].flatMap((row) => row(evidence) ?? []);
  const rows = [
    heard,
    silentBefore,
    agreement,
    noOpenSlots,
    moved,
    owned,
    uncertain,
    covered,
    joined,
    serving,
    following,
    promoted,
    assigned,
    unassigned,
    gone,
  ];
  return rows.flatMap((row) => row(evidence) ?? []);
}

/** Settings and calls leave the topology as it is, and need none that is well: a sick one is no failure of theirs. */
const isAboutNodes = ({ operation }: Evidence): boolean =>
  operation.plan.verb === "config" || operation.plan.verb === "set-timeout" || operation.plan.verb === "call";

type Code = keyof typeof proof.lines;
type Row = (evidence: Evidence) => ProofLine | undefined;

export function line(code: Code, state: ProofLine["state"], details: Details): ProofLine {
  const words = proof.lines[code] as Partial<Record<ProofLine["state"], (details: Details) => string>>;
  return { code, state, details, text: words[state]?.(details) ?? code };
}

export function stepsOf<K extends StepKind>({ operation }: Pick<Evidence, "operation">, kind: K): readonly StepOf<K>[] {
  return operation.plan.steps.filter((step): step is StepOf<K> => step.kind === kind);
}

const forgottenIn = (evidence: Evidence): ReadonlySet<NodeId> =>
  new Set(stepsOf(evidence, "forget").map((step) => step.nodeId));
/** The one that all others of a new cluster meet is new too. */
const newcomersIn = (evidence: Evidence): readonly NodeId[] => {
  const isNew = evidence.operation.plan.verb === "create";
  const met = stepsOf(evidence, "meet").flatMap(({ candidate, via }) => [candidate.id, ...(isNew ? [via.id] : [])]);
  return [...new Set(met)];
};
const label = (evidence: Evidence, id: NodeId): string => nodeLabel(evidence.operation.plan, evidence.topology, id);

const heard: Row = (evidence) => {
  const gone = new Set([...forgottenIn(evidence), ...stepsOf(evidence, "stop-node").map((step) => step.nodeId)]);
  const expected = [...new Set([...(evidence.operation.heardAtStart ?? []), ...newcomersIn(evidence)])].filter(
    (id) => !gone.has(id),
  );
  const missing = expected.filter((id) => !evidence.views.some((view) => view.from === id));
  const counts = { heard: expected.length - missing.length, expected: expected.length };
  if (missing.length === 0) return line("heard", "pass", counts);
  return line("heard", "fail", { ...counts, nodes: missing.map((id) => label(evidence, id)) });
};

const silentBefore: Row = (evidence) => {
  const before = new Set(evidence.operation.heardAtStart ?? []);
  const silent = evidence.topology.nodes.filter((node) => node.answer.kind === "silent" && !before.has(node.id));
  return silent.length === 0
    ? undefined
    : line("silent-before", "unknown", { nodes: silent.map((node) => label(evidence, node.id)) });
};

const agreement: Row = (evidence) => {
  const beliefs = members(evidence).flatMap(({ view, from }) =>
    (view?.differs ?? [])
      .filter((one) => one.about !== "health")
      .map((one) => `${label(evidence, from)}: ${tellBelief(one, evidence.topology.nodes)}`),
  );
  return beliefs.length === 0
    ? line("agreement", "pass", { views: members(evidence).length })
    : line("agreement", "fail", { beliefs: beliefs.slice(0, 12) });
};

function members({ topology }: Evidence) {
  return topology.nodes.flatMap((node) =>
    node.answer.kind === "answered" ? [{ from: node.id, view: node.view }] : [],
  );
}

/** Slots that were open elsewhere when the plan was made, and accepted then, are not of this operation. */
const noOpenSlots: Row = (evidence) => {
  const closed = stepsOf(evidence, "set-stable").flatMap((step) => step.ranges);
  const cleared = stepsOf(evidence, "clear-flags").flatMap((step) => step.ranges);
  const mine = normalizeRanges([...movedRanges(evidence), ...closed, ...cleared]);
  const { verb, preflight } = evidence.operation.plan;
  const acceptable = verb === "backup" ? ["other-slots-closed", "involved-slots-closed"] : ["other-slots-closed"];
  const accepted = closed.length > 0 || preflight.some((one) => acceptable.includes(one.code) && one.state !== "pass");
  const isMine = (slot: number) => !accepted || intersectRanges(mine, [[slot, slot]]).length > 0;
  const open = evidence.views.flatMap((view) => {
    const own = view.nodes.find((node) => node.isMyself);
    const slots = [
      ...(own?.migrating.map(({ slot }) => slot) ?? []),
      ...(own?.importing.map(({ slot }) => slot) ?? []),
    ].filter(isMine);
    return slots.length === 0
      ? []
      : [`${formatRanges(normalizeRanges(slots.map((s) => [s, s] as const)))} on ${label(evidence, view.from)}`];
  });
  return open.length === 0
    ? line("no-open-slots", "pass", { nodes: evidence.views.length })
    : line("no-open-slots", "fail", { slots: open });
};

/** Slots whose keys lie with their owner alone when all is done. What was only exported stays where it was. */
export function movedRanges(evidence: Pick<Evidence, "operation">) {
  const gathered = stepsOf(evidence, "gather-keys").filter(({ way }) => way !== "export");
  const assigned = stepsOf(evidence, "assign-slots");
  return normalizeRanges([...stepsOf(evidence, "move-slots"), ...assigned, ...gathered].flatMap((step) => step.ranges));
}

/** A slot that goes there and back, or is given away after it was settled, ends where the last step takes it. */
function lastOf<S extends { readonly ranges: SlotRanges }>(steps: readonly S[], later: readonly S[]): readonly S[] {
  return steps.flatMap((step, i) => {
    const after = [...steps.slice(i + 1), ...later].flatMap((one) => one.ranges);
    const ranges = subtractRanges(step.ranges, after);
    return ranges.length > 0 ? [{ ...step, ranges }] : [];
  });
}

/** A target that failed over meanwhile has its successor for the owner: the primary that it now follows. */
const moved: Row = (evidence) => {
  const steps = lastOf(stepsOf(evidence, "move-slots"), []);
  if (steps.length === 0) return undefined;
  const left = steps.flatMap((step) => subtractRanges(step.ranges, ownedByShardOf(evidence.topology, step.target)));
  const asked = steps.reduce((sum, step) => sum + countSlots(step.ranges), 0);
  const counts = { asked, moved: asked - countSlots(left) };
  return left.length === 0
    ? line("moved", "pass", counts)
    : line("moved", "fail", { ...counts, left: formatRanges(normalizeRanges(left)) });
};

const owned: Row = (evidence) => {
  const moves = stepsOf(evidence, "move-slots").map(({ target: nodeId, ranges }) => ({ nodeId, ranges }));
  const steps = lastOf(
    stepsOf(evidence, "assign-slots").map(({ nodeId, ranges }) => ({ nodeId, ranges })),
    moves,
  );
  if (steps.length === 0) return undefined;
  const left = steps.flatMap((step) => subtractRanges(step.ranges, ownedByShardOf(evidence.topology, step.nodeId)));
  const slots = steps.reduce((sum, step) => sum + countSlots(step.ranges), 0);
  return left.length === 0
    ? line("owned", "pass", { slots })
    : line("owned", "fail", { left: formatRanges(normalizeRanges(left)) });
};

function ownedByShardOf(topology: Topology, id: NodeId) {
  const node = findMember(topology, id);
  const owner = node?.role === "replica" ? findMember(topology, node.primaryId) : node;
  if (owner && owner.answer.kind === "answered") return owner.ranges;
  return topology.shards.find((shard) => shard.primaryId === id || shard.formerIds?.includes(id))?.ranges ?? [];
}

const uncertain: Row = ({ operation }) => {
  const keys = operation.steps.reduce((sum, step) => sum + step.keysUncertain, 0);
  return keys === 0 ? undefined : line("keys-uncertain", "unknown", { keys });
};

const covered: Row = (evidence) => {
  if (evidence.operation.plan.verb !== "create") return undefined;
  const { uncovered } = evidence.topology;
  return uncovered.length === 0
    ? line("covered", "pass", {})
    : line("covered", "fail", { ranges: formatRanges(uncovered) });
};

const joined: Row = (evidence) => {
  const forgotten = forgottenIn(evidence);
  const ids = newcomersIn(evidence).filter((id) => !forgotten.has(id));
  if (ids.length === 0) return undefined;
  const answering = evidence.views.filter((view) => findMember(evidence.topology, view.from));
  const unknown = ids.filter(
    (id) => !answering.every((view) => view.nodes.some((node) => node.id === id && !node.handshake)),
  );
  return unknown.length === 0
    ? line("joined", "pass", { nodes: ids.map((id) => label(evidence, id)) })
    : line("joined", "fail", { nodes: unknown.map((id) => label(evidence, id)) });
};

/** Only of what this plan brought in: what else fails was so before, and was accepted. */
const serving: Row = (evidence) => {
  const ids = new Set(newcomersIn(evidence));
  const views = evidence.views.filter((view) => ids.has(view.from));
  if (views.length === 0) return undefined;
  const failing = views.filter((view) => view.info.state !== "ok");
  return failing.length === 0
    ? line("serving", "pass", { nodes: views.length })
    : line("serving", "fail", { nodes: failing.map((view) => label(evidence, view.from)) });
};

const following: Row = (evidence) => {
  const forgotten = forgottenIn(evidence);
  const promotedIds = new Set(stepsOf(evidence, "failover").map((step) => step.replicaId));
  const wanted = new Map(stepsOf(evidence, "replicate").map((step) => [step.nodeId, step.primaryId]));
  const steps = [...wanted].filter(([id]) => !forgotten.has(id) && !promotedIds.has(id));
  if (steps.length === 0) return undefined;
  const astray = steps.filter(([id, primaryId]) => {
    const node = findMember(evidence.topology, id);
    const parent = findMember(evidence.topology, node?.primaryId);
    const follows =
      node?.primaryId === primaryId || (parent && findMember(evidence.topology, primaryId)?.primaryId === parent.id);
    return !(node?.role === "replica" && follows && node.stats?.replLinkUp === true);
  });
  return astray.length === 0
    ? line("following", "pass", { replicas: steps.length })
    : line("following", "fail", { nodes: astray.map(([id]) => label(evidence, id)) });
};

const promoted: Row = (evidence) => {
  const all = stepsOf(evidence, "failover");
  // Whose place was taken again later, is no primary at the end.
  const [step, ...more] = all.filter((one, i) => !all.slice(i + 1).some((later) => later.primaryId === one.replicaId));
  if (!step) return undefined;
  if (more.length > 0) return handedOver(evidence, [step, ...more]);
  const node = findMember(evidence.topology, step.replicaId);
  const details = { node: label(evidence, step.replicaId), epoch: node?.configEpoch ?? 0 };
  return line("promoted", node?.role === "primary" ? "pass" : "fail", details);
};

function handedOver(evidence: Evidence, steps: readonly StepOf<"failover">[]): ProofLine {
  const isPrimary = ({ replicaId }: StepOf<"failover">) => findMember(evidence.topology, replicaId)?.role === "primary";
  const nodes = (of: readonly StepOf<"failover">[]) => of.map(({ replicaId }) => label(evidence, replicaId));
  const failed = steps.filter((step) => !isPrimary(step));
  return failed.length === 0
    ? line("handed-over", "pass", { nodes: nodes(steps) })
    : line("handed-over", "fail", { nodes: nodes(failed) });
}

const gone: Row = (evidence) => {
  const ids = [...forgottenIn(evidence)];
  if (ids.length === 0) return undefined;
  const views = evidence.views.filter((view) => findMember(evidence.topology, view.from) && !ids.includes(view.from));
  const listed = ids.filter((id) => views.some((view) => view.nodes.some((node) => node.id === id)));
  const nodes = (of: readonly NodeId[]) => of.map((id) => label(evidence, id));
  return listed.length === 0
    ? line("gone", "pass", { nodes: nodes(ids) })
    : line("gone", "fail", { nodes: nodes(listed) });
};

/** Members that the wish meant and that did not answer when the plan was made. */
const absent: Row = ({ operation }) => {
  const told = operation.plan.preflight.find((one) => one.code === "targets-absent" && one.state === "fail");
  const nodes = told?.details.nodes;
  return Array.isArray(nodes) ? line("absent", "unknown", { nodes }) : undefined;
};

const called: Row = (evidence) => {
  const steps = stepsOf(evidence, "call");
  return steps.length === 0 ? undefined : line("called", "pass", { nodes: steps.length });
};

const assigned: Row = (evidence) => {
  const [step] = stepsOf(evidence, "add-slots").filter((one) => one.member);
  if (!step) return undefined;
  const missing = evidence.views.flatMap((view) => {
    const own = view.nodes.find((node) => node.id === step.node.id);
    return subtractRanges(step.ranges, own?.ranges ?? []);
  });
  const node = label(evidence, step.node.id);
  return missing.length === 0
    ? line("assigned", "pass", { slots: countSlots(step.ranges), node })
    : line("assigned", "fail", { ranges: formatRanges(normalizeRanges(missing)), node });
};

const unassigned: Row = (evidence) => {
  const ranges = normalizeRanges(stepsOf(evidence, "del-slots").flatMap((step) => step.ranges));
  if (ranges.length === 0) return undefined;
  const late = evidence.views.filter((view) => claimedIn(view, ranges).length > 0);
  return late.length === 0
    ? line("unassigned", "pass", { slots: countSlots(ranges) })
    : line("unassigned", "fail", { nodes: late.map((view) => label(evidence, view.from)) });
};
