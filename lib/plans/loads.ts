import { eachSlot, SLOT_COUNT } from "@/lib/cluster/slots";
import type { TopologyNode } from "@/lib/cluster/topology";
import type { Facts } from "./facts";
import { nodeName } from "./members";
import type { MeasureBy } from "./plan";
import { wrong } from "./wrong";

export type Loads = {
  /** By node in the order given, by slot. */
  readonly bySlot: readonly (readonly number[])[];
  readonly estimated: boolean;
  readonly overMs?: number | undefined;
};

/**
 * How much each slot carries. Keys are counted; memory is keys times the sampled bytes of a key on their node; work is
 * what the node tells by slot, else its own work spread over its keys, or over its slots where it holds none.
 */
export function loadsOf(facts: Facts, by: Exclude<MeasureBy, "slots">, nodes: readonly TopologyNode[]): Loads {
  const read = nodes.map((node) => (by === "cpu" || by === "traffic" ? workOf(facts, node) : keysOf(facts, node, by)));
  return {
    bySlot: read.map((one) => one.bySlot),
    estimated: read.some((one) => one.estimated),
    ...(by === "cpu" || by === "traffic" ? { overMs: facts.work?.overMs } : {}),
  };
}

type Read = { readonly bySlot: readonly number[]; readonly estimated: boolean };

function keysOf(facts: Facts, node: TopologyNode, by: "keys" | "memory"): Read {
  const keys = countedKeys(facts, node);
  if (!keys) throw wrong("planLoadUnknown", { node: nodeName(node), by });
  if (by === "keys") return { bySlot: keys, estimated: false };
  const size = facts.sizes[node.id]?.bytesPerKey;
  if (size === undefined && keys.some((count) => count > 0))
    throw wrong("planLoadUnknown", { node: nodeName(node), by });
  return { bySlot: keys.map((count) => count * (size ?? 0)), estimated: true };
}

function workOf(facts: Facts, node: TopologyNode): Read {
  const work = facts.work?.nodes[node.id];
  if (!work) throw wrong("planLoadUnknown", { node: nodeName(node), by: "work" });
  if (work.bySlot) return { bySlot: work.bySlot, estimated: false };
  const keys = countedKeys(facts, node) ?? [];
  const total = keys.reduce((sum, count) => sum + count, 0);
  const slots = [...eachSlot(node.ranges)];
  const shares = new Array<number>(SLOT_COUNT).fill(0);
  for (const slot of slots)
    shares[slot] = total > 0 ? (work.perSec * (keys[slot] ?? 0)) / total : work.perSec / slots.length;
  return { bySlot: shares, estimated: true };
}

/** Undefined when a slot of it was not counted. */
function countedKeys({ slotKeys }: Facts, node: TopologyNode): readonly number[] | undefined {
  const counts = slotKeys[node.id] ?? (node.ranges.length === 0 ? [] : undefined);
  if (!counts) return undefined;
  const own = new Array<number>(SLOT_COUNT).fill(0);
  for (const slot of eachSlot(node.ranges)) {
    const count = counts[slot] ?? -1;
    if (count < 0) return undefined;
    own[slot] = count;
  }
  return own;
}
