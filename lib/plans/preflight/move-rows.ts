import type { NodeId } from "@/lib/cluster/node";
import { countSlots, subtractRanges } from "@/lib/cluster/slots";
import type { Facts } from "../facts";
import { headroomOf } from "../headroom";
import { findMember, guardsOf, nameOf } from "../members";
import { weigh } from "../moves";
import type { Move } from "../pick";
import { isNewer } from "../version";
import type { Context } from "./context";
import { fails, failuresOr, passes, unknown, type Verdict } from "./line";

/** Rows about slots on their way: what the target can take, what the sources hold. */

/** Above this share of maxmemory a target has too little left for its own writes and buffers. */
export const MEMORY_LINE = 0.9;
/** A 245 MB hash of 4 million fields blocked both ends for 11.9 s (FAULTS e6b). */
const BLOCK_MS_PER_BYTE = 11_900 / 245_000_000;

const sourcesOf = (moves: readonly Move[]): readonly NodeId[] => [...new Set(moves.map((move) => move.source))];
const targetsOf = (moves: readonly Move[]): readonly NodeId[] => [...new Set(moves.map((move) => move.target))];

export function nameIn({ facts, joining }: Pick<Context, "facts" | "joining">, id: NodeId): string {
  return joining.find((candidate) => candidate.id === id)?.name ?? nameOf(facts.topology, id);
}

const receivers = ({ moves, arriving }: Context): readonly NodeId[] => [
  ...new Set([...targetsOf(moves), ...arriving.map((one) => one.nodeId)]),
];

export function targetGuarded(context: Context): readonly Verdict[] {
  return receivers(context).map((id) => {
    const replicas = guardsOf(context.facts.topology, id).length + (context.newGuards[id] ?? 0);
    const node = nameIn(context, id);
    return replicas > 0 ? passes("target-guarded", { node, replicas }) : fails("target-guarded", { node });
  });
}

const targetsRoom = (context: Context) => headroomOf(context).filter((room) => room.receives);

export function memoryHeadroom(context: Context): readonly Verdict[] {
  return targetsRoom(context).flatMap(({ nodeId, maxBytes, maxPolicy, afterBytes }) => {
    const node = nameIn(context, nodeId);
    if (maxBytes === 0) return [passes("memory-headroom", { node, afterBytes: 0, maxBytes })];
    if (maxBytes !== undefined && maxPolicy !== "noeviction") return [];
    if (maxBytes === undefined || afterBytes === undefined) return [unknown("memory-headroom", { node })];
    const told = { node, afterBytes, maxBytes };
    return [afterBytes <= maxBytes * MEMORY_LINE ? passes("memory-headroom", told) : fails("memory-headroom", told)];
  });
}

export function evictionRisk(context: Context): readonly Verdict[] {
  return targetsRoom(context).flatMap(({ nodeId, maxBytes, maxPolicy: policy, afterBytes }) => {
    const node = nameIn(context, nodeId);
    if (!maxBytes || policy === "noeviction") return [];
    if (afterBytes === undefined) return [unknown("eviction-risk", { node, policy })];
    if (afterBytes <= maxBytes * MEMORY_LINE) return [passes("eviction-risk", { node })];
    return [fails("eviction-risk", { node, policy, afterBytes, maxBytes })];
  });
}

export function bigKeys({ facts, moves }: Context): readonly Verdict[] {
  const holding = sourcesOf(moves).filter((id) => moves.some((m) => m.source === id && weigh(facts, m).keys !== 0));
  if (holding.length === 0) return [passes("big-keys", { sampled: 0 })];
  const failures = holding.flatMap((id) => {
    const biggest = facts.sizes[id]?.biggest;
    const blockMs = (biggest?.bytes ?? 0) * BLOCK_MS_PER_BYTE;
    if (!biggest || blockMs <= facts.topology.nodeTimeoutMs / 2) return [];
    return [fails("big-keys", { ...biggest, node: nameOf(facts.topology, id), blockMs })];
  });
  const blind = holding.filter((id) => facts.sizes[id] === undefined).map((id) => nameOf(facts.topology, id));
  const sampled = holding.reduce((sum, id) => sum + (facts.sizes[id]?.sampledKeys ?? 0), 0);
  return failuresOr(
    failures,
    blind.length > 0 ? unknown("big-keys", { nodes: blind }) : passes("big-keys", { sampled }),
  );
}

function versionIn({ facts, joining }: Context, id: NodeId): string | undefined {
  return (
    joining.find((candidate) => candidate.id === id)?.version ??
    facts.nodes[id]?.version ??
    findMember(facts.topology, id)?.stats?.version
  );
}

export function versionsFit(context: Context): readonly Verdict[] {
  const failures = context.moves.flatMap(({ source, target }) => {
    const sourceVersion = versionIn(context, source);
    const targetVersion = versionIn(context, target);
    if (!sourceVersion || !targetVersion || !isNewer(sourceVersion, targetVersion)) return [];
    const names = { source: nameIn(context, source), target: nameIn(context, target) };
    return [fails("versions-fit", { ...names, sourceVersion, targetVersion })];
  });
  return failuresOr(failures, passes("versions-fit", {}));
}

/** A new node has no functions yet: it must get them before a shard that uses them moves there (FAULTS 39). */
export function functionsMatch(context: Context): readonly Verdict[] {
  const { facts, moves, joining } = context;
  const digestOf = (id: NodeId) => facts.nodes[id]?.functionsDigest;
  const failures = targetsOf(moves).flatMap((target) => {
    const source = sourcesOf(moves.filter((move) => move.target === target)).find((id) => {
      const mine = digestOf(id);
      if (mine === undefined) return false;
      return joining.some((c) => c.id === target) ? mine !== NO_FUNCTIONS : digestOf(target) !== mine;
    });
    return source === undefined
      ? []
      : [fails("functions-match", { source: nameIn(context, source), target: nameIn(context, target) })];
  });
  return failuresOr(failures, passes("functions-match", {}));
}

/** What `NodeFacts.functionsDigest` is when a node holds no function. */
export const NO_FUNCTIONS = "none";

export function sourcesEmptied({ facts, moves }: Context): readonly Verdict[] {
  const failures = emptiedBy(facts, moves).map(({ id, lastTarget }) => {
    const stays = facts.nodes[id]?.allowsReplicaMigration === false;
    return fails("sources-emptied", {
      node: nameOf(facts.topology, id),
      follows: stays ? "" : nameOf(facts.topology, lastTarget),
    });
  });
  return failuresOr(failures, passes("sources-emptied", {}));
}

/** Sources that end without a slot, and the target of their last one. */
export function emptiedBy(facts: Facts, moves: readonly Move[]) {
  return sourcesOf(moves).flatMap((id) => {
    const mine = moves.filter((move) => move.source === id);
    const left = subtractRanges(
      findMember(facts.topology, id)?.ranges ?? [],
      mine.flatMap((move) => move.ranges),
    );
    const last = mine.at(-1);
    return countSlots(left) === 0 && last ? [{ id, lastTarget: last.target }] : [];
  });
}

export function blockedClients({ facts, moves }: Context): readonly Verdict[] {
  const failures = sourcesOf(moves).flatMap((id) => {
    const clients = findMember(facts.topology, id)?.stats?.blockedClients ?? 0;
    return clients > 0 ? [fails("blocked-clients", { node: nameOf(facts.topology, id), clients })] : [];
  });
  return failuresOr(failures, passes("blocked-clients", {}));
}

/** Below this a replica counts as in sync: about what is on its way at any moment under load. */
const LAG_LINE_BYTES = 1_048_576;

export function replicasInSync(context: Context): readonly Verdict[] {
  const { facts } = context;
  const failures = receivers(context).flatMap((id) =>
    guardsOf(facts.topology, id).flatMap((replica) => {
      const bytes = replica.stats?.lagBytes ?? 0;
      return bytes > LAG_LINE_BYTES
        ? [fails("replicas-in-sync", { node: nameOf(facts.topology, replica.id), bytes })]
        : [];
    }),
  );
  return failuresOr(failures, passes("replicas-in-sync", {}));
}
