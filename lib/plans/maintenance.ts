import type { TopologyNode } from "@/lib/cluster/topology";
import { hostAndPortFlags, ownLine, quoted } from "./cli-lines";
import { draftPlan, type PlanDraft, type StepDraft } from "./draft";
import type { Facts } from "./facts";
import { findMember, guardsOf, isUp, memberOf, nameOf, nodeName } from "./members";
import { hostOf } from "./preflight/cluster-rows";
import { maintenanceEndTable, maintenanceTable } from "./preflight/maintenance";
import type { Heir } from "./rolling";
import { shapeOf } from "./shape";
import type { WishOf } from "./wish";
import { wrong } from "./wrong";

/**
 * A host is about to go away: every primary on it hands over to a replica on another one, and then its processes may be
 * stopped. `end` starts them again and gives every primary the place that it had: which those were is kept with the
 * operation that emptied the host.
 */
export function planMaintenance(facts: Facts, wish: WishOf<"maintenance">): PlanDraft {
  const there = facts.topology.nodes.filter((node) => hostOf(node) === wish.host && !node.handshake);
  if (there.length === 0)
    throw wrong("planHostUnknown", { host: wish.host, hosts: [...new Set(facts.topology.nodes.map(hostOf))].sort() });
  return wish.end ? planEnd(facts, wish, there) : planBegin(facts, wish, there);
}

function planBegin(facts: Facts, wish: WishOf<"maintenance">, there: readonly TopologyNode[]): PlanDraft {
  const heads = there.filter((node) => node.role === "primary" && node.ranges.length > 0);
  const found = heads.map((head) => ({ head, heir: heirElsewhere(facts, head, wish.host) }));
  const heirs: readonly Heir[] = found.flatMap(({ head, heir }) =>
    heir ? [{ primaryId: head.id, replicaId: heir.id }] : [],
  );
  const stopped = wish.stop ? there.filter((node) => facts.managed[node.id]?.running && isUp(node)) : [];
  const bare = found.filter(({ heir }) => !heir).map(({ head }) => head);
  if (heirs.length === 0 && stopped.length === 0 && bare.length === 0)
    throw wrong("planHostFree", { host: wish.host, nodes: there.map(nodeName) });
  const stops = stopped.flatMap(({ id: nodeId }): readonly StepDraft[] => {
    const process = facts.managed[nodeId];
    const phase = heirs.length;
    return process ? [{ kind: "stop-node", phase, managedId: process.managedId, nodeId, member: true }] : [];
  });
  const isStuck = heirs.length === 0 && stopped.length === 0;
  return draftPlan({
    facts,
    wish,
    steps: isStuck
      ? []
      : [
          ...heirs.map((pair, phase) => handOver(pair, phase)),
          ...stops,
          { kind: "prove", phase: heirs.length + (stops.length > 0 ? 1 : 0) },
        ],
    table: maintenanceTable({ wish, there, heirs, bare, isStuck }),
    context: {
      involved: [...new Set([...there.filter(isUp).map((node) => node.id), ...heirs.map((one) => one.replicaId)])],
      stopped: stopped.map((node) => node.id),
    },
    after: afterHandover(facts, heirs),
    commands: commandsOf(facts, wish, heirs),
  });
}

function planEnd(facts: Facts, wish: WishOf<"maintenance">, there: readonly TopologyNode[]): PlanDraft {
  const begun = facts.maintenance;
  if (!begun) throw wrong("planNoMaintenance", { host: wish.host });
  const back = begun.heirs.flatMap((pair) => returning(facts, pair));
  const returned = back.map((pair) => memberOf(facts.topology, pair.replicaId));
  const nodes = [...new Set([...there, ...returned])];
  const down = nodes.filter((node) => !isUp(node));
  const starts = down.flatMap((node): readonly StepDraft[] => {
    const process = facts.managed[node.id];
    if (!process || process.running) return [];
    const { managedId, endpoint } = process;
    return [{ kind: "start-node", phase: 0, managedId, endpoint, nodeId: node.id }];
  });
  if (back.length === 0 && down.length === 0)
    throw wrong("planHostAsBefore", { host: wish.host, operation: begun.operationId });
  const first = starts.length > 0 ? 1 : 0;
  const returns = back.flatMap((pair, i): readonly StepDraft[] => [
    { kind: "replicate", phase: first + 1 + 2 * i, nodeId: pair.replicaId, primaryId: pair.primaryId },
    handOver(pair, first + 2 + 2 * i),
  ]);
  return draftPlan({
    facts,
    wish,
    steps: [
      ...starts,
      { kind: "await-joined", phase: first, nodeIds: nodes.map((node) => node.id), serving: true },
      ...returns,
      { kind: "prove", phase: first + 1 + 2 * back.length },
    ],
    table: maintenanceEndTable({ nodes, begun }),
    context: { involved: back.map((one) => one.primaryId) },
    after: afterHandover(facts, back),
    commands: commandsOf(facts, wish, back),
  });
}

/**
 * Whose place it is to take again: of whoever it follows; or, where nobody has heard yet that it follows, of whoever
 * has the shard of its heir now.
 */
function returning({ topology }: Facts, { primaryId: id, replicaId }: Heir): readonly Heir[] {
  const node = findMember(topology, id);
  if (!node || node.ranges.length > 0) return [];
  const heir = findMember(topology, replicaId);
  const head = node.role === "replica" ? node.primaryId : heir?.role === "replica" ? heir.primaryId : heir?.id;
  return head === undefined || head === id ? [] : [{ primaryId: head, replicaId: id }];
}

/** In sync, on another host; the one that lags least. */
function heirElsewhere({ topology }: Facts, head: TopologyNode, host: string): TopologyNode | undefined {
  const lag = ({ stats }: TopologyNode) => stats?.lagBytes ?? Number.MAX_SAFE_INTEGER;
  const [best] = guardsOf(topology, head.id)
    .filter((node) => hostOf(node) !== host && node.stats?.replSyncing !== true)
    .sort((a, b) => lag(a) - lag(b));
  return best;
}

const handOver = ({ primaryId, replicaId }: Heir, phase: number): StepDraft => ({
  kind: "failover",
  phase,
  replicaId,
  primaryId,
  mode: "default",
});

const afterHandover = (facts: Facts, heirs: readonly Heir[]) =>
  shapeOf(facts.topology).map((shard) => ({
    ...shard,
    primaryId: heirs.find((one) => one.primaryId === shard.primaryId)?.replicaId ?? shard.primaryId,
  }));

function commandsOf(facts: Facts, { host, end, stop }: WishOf<"maintenance">, heirs: readonly Heir[]) {
  const flags = [...(end ? ["--end"] : []), ...(stop ? ["--stop"] : [])];
  return {
    own: [ownLine(facts, "maintenance", quoted(host), ...flags)],
    redisCli: heirs.map(
      ({ replicaId }) => `redis-cli ${hostAndPortFlags(nameOf(facts.topology, replicaId))} CLUSTER FAILOVER`,
    ),
  };
}
