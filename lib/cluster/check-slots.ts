import { type Checked, type Draft, isWell } from "./draft-finding";
import type { NodeId } from "./node";
import { countSlots, intersectRanges, rangesOf } from "./slots";
import type { OpenSlot, TopologyNode } from "./topology";

/** Slots that nobody serves, that several claim, or that are on their way. */
export function checkSlots(checked: Checked): Draft[] {
  return [...checkCover(checked), ...checkOpen(checked), ...checkClaims(checked), ...checkEpochs(checked)];
}

function checkCover({ topology, byId, name }: Checked): Draft[] {
  const drafts: Draft[] = [];
  if (topology.uncovered.length > 0)
    drafts.push({
      key: "slots-uncovered",
      code: "slots-uncovered",
      severity: "bad",
      nodeIds: [],
      ranges: topology.uncovered,
      details: { slots: countSlots(topology.uncovered) },
      verb: "fix",
    });
  if (topology.unserved.length > 0) {
    const owners = topology.shards.filter((shard) => intersectRanges(shard.ranges, topology.unserved).length > 0);
    const heir = owners.some((shard) => shard.replicaIds.some((id) => isWell(byId.get(id))));
    drafts.push({
      key: "slots-without-primary",
      code: "slots-without-primary",
      severity: "bad",
      nodeIds: owners.map((shard) => shard.primaryId),
      ranges: topology.unserved,
      details: {
        slots: countSlots(topology.unserved),
        owners: owners.map((shard) => name(shard.primaryId)),
        heirs: owners.flatMap((shard) => shard.replicaIds.filter((id) => isWell(byId.get(id))).map((id) => name(id))),
      },
      verb: heir ? "failover" : "fix",
    });
  }
  return drafts;
}

/** One finding for each pair of ends: thousands of open slots are one trouble. */
function checkOpen({ topology, byId, name }: Checked): Draft[] {
  const isReplica = (id: NodeId) => byId.get(id)?.role === "replica";
  const pairs = new Map<string, OpenSlot[]>();
  const astray = new Map<NodeId, OpenSlot[]>();
  const stale = new Map<NodeId, OpenSlot[]>();
  for (const open of topology.openSlots) {
    const flagged = [...open.migratingOn, ...open.importingOn];
    for (const id of flagged.filter(isReplica)) stale.set(id, [...(stale.get(id) ?? []), open]);
    if (flagged.every(isReplica)) continue;
    const [alone] = flagged;
    if (alone && flagged.length === 1 && isAstray(open, byId)) {
      astray.set(alone, [...(astray.get(alone) ?? []), open]);
      continue;
    }
    const key = `${open.source ?? "-"}>${open.target ?? "-"}`;
    const pair = pairs.get(key);
    if (pair) pair.push(open);
    else pairs.set(key, [open]);
  }
  const drafts = [...pairs].map(([key, open]): Draft => {
    const { source, target } = open[0] as OpenSlot;
    const oneSided = open.filter((one) => one.migratingOn.length === 0 || one.importingOn.length === 0).length;
    return {
      key: `slot-open:${key}`,
      code: "slot-open",
      severity: "warn",
      nodeIds: [source, target].flatMap((id) => (id ? [id] : [])),
      ranges: rangesOf(open.map((one) => one.slot)),
      details: { source: name(source), target: name(target), slots: open.length, oneSided },
      verb: "fix",
    };
  });
  for (const [id, open] of astray)
    drafts.push({
      key: `slot-flag-astray:${id}`,
      code: "slot-flag-astray",
      severity: "warn",
      nodeIds: [id],
      ranges: rangesOf(open.map((one) => one.slot)),
      details: { node: name(id), slots: open.length, named: [...new Set(open.map((one) => namedBy(one, id)))] },
      verb: "fix",
    });
  for (const [id, open] of stale)
    drafts.push({
      key: `slot-open-on-replica:${id}`,
      code: "slot-open-on-replica",
      severity: "warn",
      nodeIds: [id],
      ranges: rangesOf(open.map((one) => one.slot)),
      details: { node: name(id), slots: open.length },
      verb: "fix",
    });
  return drafts;
}

const namedBy = (open: OpenSlot, id: NodeId): string => {
  const other = open.migratingOn.includes(id) ? open.target : open.source;
  return other?.slice(0, 8) ?? "nobody";
};

/** The one flag names a node that is no member, or one that nobody has an address for. */
function isAstray({ source, target, migratingOn }: OpenSlot, byId: Checked["byId"]): boolean {
  const named = migratingOn.length > 0 ? target : source;
  const node = named === undefined ? undefined : byId.get(named);
  return node === undefined || (node.noAddress && node.ranges.length === 0);
}

/** Nodes that answer and both say on their own line that a slot is theirs. */
function checkClaims({ topology, name }: Checked): Draft[] {
  const claimants = topology.nodes.filter((node) => node.role === "primary" && node.ranges.length > 0 && isWell(node));
  const drafts: Draft[] = [];
  for (const [i, a] of claimants.entries())
    for (const b of claimants.slice(i + 1)) {
      const both = overlap(a, b);
      if (both.length === 0) continue;
      drafts.push({
        key: `several-owners:${[a.id, b.id].sort().join("+")}`,
        code: "several-owners",
        severity: "bad",
        nodeIds: [a.id, b.id],
        ranges: both,
        details: {
          slots: countSlots(both),
          owners: [a, b].map((node) => `${name(node.id)} (epoch ${node.configEpoch})`),
        },
        verb: "fix",
      });
    }
  return drafts;
}

function overlap(a: TopologyNode, b: TopologyNode) {
  const [firstA, lastA] = [a.ranges[0]?.[0] ?? 0, a.ranges.at(-1)?.[1] ?? 0];
  const [firstB, lastB] = [b.ranges[0]?.[0] ?? 0, b.ranges.at(-1)?.[1] ?? 0];
  return lastA < firstB || lastB < firstA ? [] : intersectRanges(a.ranges, b.ranges);
}

function checkEpochs({ topology, name }: Checked): Draft[] {
  const byEpoch = new Map<number, TopologyNode[]>();
  for (const node of topology.nodes)
    if (node.role === "primary" && node.ranges.length > 0)
      byEpoch.set(node.configEpoch, [...(byEpoch.get(node.configEpoch) ?? []), node]);
  return [...byEpoch].flatMap(([epoch, nodes]): Draft[] =>
    nodes.length < 2
      ? []
      : [
          {
            key: `equal-epochs:${epoch}`,
            code: "equal-epochs",
            severity: "warn",
            nodeIds: nodes.map((node) => node.id),
            ranges: [],
            details: { epoch, nodes: nodes.map((node) => name(node.id)) },
          },
        ],
  );
}
