import type { TimelineEntry } from "@/lib/wire/live";
import { timeline } from "@/lib/words/en/timeline";
import { tellBelief } from "./belief";
import { lastingDifferences } from "./digest";
import { formatEndpoint, type NodeId } from "./node";
import { type Owners, ownerChanges, shardOwners } from "./owners";
import { reasonOf } from "./reason";
import { countSlots, formatRanges, rangesOf } from "./slots";
import type { OpenSlot, Topology, TopologyNode } from "./topology";

/** What the store numbers and dates. */
export type TimelineBody = Pick<TimelineEntry, "code" | "nodeIds" | "details" | "text">;

/**
 * What happened between two pictures, in the order in which a person tells it: who fell silent, who was declared
 * failed, who took over, which slots moved. Slots that change hands inside a shard are its promotion, not a move.
 */
export function diffTopology(before: Topology, after: Topology): TimelineBody[] {
  const was = new Map(before.nodes.map((node) => [node.id, node]));
  const is = new Map(after.nodes.map((node) => [node.id, node]));
  const pairs = [...is.values()].flatMap((node) => {
    const old = was.get(node.id);
    return old && !node.handshake ? [{ old, node }] : [];
  });
  const name = (id: NodeId | undefined) => {
    const node = id === undefined ? undefined : (is.get(id) ?? was.get(id));
    return node ? formatEndpoint(node.endpoint) : (id?.slice(0, 8) ?? "nobody");
  };
  const context: Context = { before, after, was, is, name };
  return [
    ...pairs.flatMap((pair) => diffAnswer(pair)),
    ...pairs.flatMap((pair) => diffHealth(pair, context)),
    ...pairs.flatMap((pair) => diffRole(pair, context)),
    ...diffMembers(context),
    ...diffOwners(context),
    ...diffOpen(context),
    ...pairs.flatMap((pair) => diffAgreement(pair, context)),
    ...(before.state === after.state ? [] : [entry("state", [], { state: after.state, was: before.state })]),
  ];
}

type Pair = { readonly old: TopologyNode; readonly node: TopologyNode };
type Context = {
  readonly before: Topology;
  readonly after: Topology;
  readonly was: ReadonlyMap<NodeId, TopologyNode>;
  readonly is: ReadonlyMap<NodeId, TopologyNode>;
  readonly name: (id: NodeId | undefined) => string;
};

function entry(
  code: TimelineBody["code"],
  nodeIds: readonly (NodeId | undefined)[],
  details: TimelineBody["details"],
): TimelineBody {
  const ids = nodeIds.filter((id) => id !== undefined);
  return { code, nodeIds: ids, details, text: timeline[code](details) };
}

function diffAnswer({ old, node }: Pair): TimelineBody[] {
  if (old.answer.kind === node.answer.kind) return [];
  const name = formatEndpoint(node.endpoint);
  if (node.answer.kind === "answered")
    return old.answer.kind === "silent" && old.answer.code === "not_asked"
      ? []
      : [entry("node-answers", [node.id], { node: name })];
  return [
    entry("node-silent", [node.id], {
      node: name,
      reason: reasonOf(node.answer.message, name),
      code: node.answer.code,
    }),
  ];
}

function diffHealth({ old, node }: Pair, { name }: Context): TimelineBody[] {
  if (old.health === node.health) return [];
  const details = { node: name(node.id), reporters: node.reporters.map((id) => name(id)) };
  if (node.health !== "ok" && !(old.health === "fail" && node.health === "pfail"))
    return [entry(node.health, [node.id, ...node.reporters], details)];
  return [entry("fail-cleared", [node.id], { node: name(node.id), was: old.health })];
}

function diffRole({ old, node }: Pair, { after, name }: Context): TimelineBody[] {
  if (old.role !== node.role && node.role === "primary") {
    const shard = after.shards.find((one) => one.primaryId === node.id)?.index ?? 0;
    // Second: whose place it takes.
    return [entry("promoted", [node.id, old.primaryId], { node: name(node.id), shard, epoch: node.configEpoch })];
  }
  if (old.role !== node.role)
    return [entry("demoted", [node.id, node.primaryId], { node: name(node.id), primary: name(node.primaryId) })];
  if (node.role === "replica" && old.primaryId !== node.primaryId)
    return [
      entry("reparented", [node.id, node.primaryId], {
        node: name(node.id),
        primary: name(node.primaryId),
        was: name(old.primaryId),
      }),
    ];
  if (node.role === "primary" && node.ranges.length > 0 && node.configEpoch > old.configEpoch)
    return [entry("epoch", [node.id], { node: name(node.id), epoch: node.configEpoch, was: old.configEpoch })];
  return [];
}

function diffMembers({ was, is, name }: Context): TimelineBody[] {
  const members = (nodes: ReadonlyMap<NodeId, TopologyNode>) => [...nodes.values()].filter((node) => !node.handshake);
  const joined = members(is).filter((node) => was.get(node.id)?.handshake !== false);
  const left = members(was).filter((node) => !is.has(node.id));
  return [
    ...joined.map((node) => entry("node-joined", [node.id], { node: name(node.id), role: node.role })),
    ...left.map((node) => entry("node-left", [node.id], { node: name(node.id), id: node.id })),
  ];
}

type Placed = { readonly owners: Owners; readonly shards: ReadonlyMap<NodeId, number> };

function placed({ shards }: Topology): Placed {
  return { owners: shardOwners(shards), shards: new Map(shards.map((shard) => [shard.primaryId, shard.index])) };
}

function diffOwners({ before, after, name }: Context): TimelineBody[] {
  const old = placed(before);
  const now = placed(after);
  return ownerChanges(old.owners, now.owners).flatMap(({ from, to, ranges }) => {
    const inside = from !== undefined && to !== undefined && old.shards.get(from) === now.shards.get(to);
    if (inside) return [];
    return [
      entry("slots-moved", [from, to], {
        from: name(from),
        to: name(to),
        slots: countSlots(ranges),
        ranges: formatRanges(ranges),
      }),
    ];
  });
}

function diffOpen({ before, after, name }: Context): TimelineBody[] {
  const old = new Set(before.openSlots.map((open) => open.slot));
  const now = new Set(after.openSlots.map((open) => open.slot));
  const opened = new Map<string, OpenSlot[]>();
  for (const open of after.openSlots) {
    if (old.has(open.slot)) continue;
    const key = `${open.source}>${open.target}`;
    const pair = opened.get(key);
    if (pair) pair.push(open);
    else opened.set(key, [open]);
  }
  const closed = rangesOf(before.openSlots.map((open) => open.slot).filter((slot) => !now.has(slot)));
  const entries = [...opened.values()].map((open) => {
    const ranges = rangesOf(open.map((one) => one.slot));
    const [source, target] = [open[0]?.source, open[0]?.target];
    return entry("slot-opened", [source, target], {
      from: name(source),
      to: name(target),
      slots: countSlots(ranges),
      ranges: formatRanges(ranges),
    });
  });
  if (closed.length > 0)
    entries.push(entry("slot-closed", [], { slots: countSlots(closed), ranges: formatRanges(closed) }));
  return entries;
}

function diffAgreement({ old, node }: Pair, { before, after }: Context): TimelineBody[] {
  const was = lastingDifferences(old.view, before.atMs).length > 0;
  const differs = lastingDifferences(node.view, after.atMs);
  if (was === differs.length > 0) return [];
  const details = { node: formatEndpoint(node.endpoint), believes: differs.map((one) => tellBelief(one, after.nodes)) };
  return [entry(was ? "views-agree" : "views-differ", [node.id], details)];
}
