import type { NodeId } from "@/lib/cluster/node";
import { eachSlot, SLOT_COUNT, type Slot, type SlotRanges } from "@/lib/cluster/slots";
import type { Topology } from "@/lib/cluster/topology";
import { isActive, type Operation } from "@/lib/operation";

/** Everything that the map shows of each slot, flat: 16 384 of each. */
export type SlotScene = {
  /** Index of the owning shard; 0: nobody owns it. */
  readonly owner: Uint16Array;
  /** 1: its owner answers and is not failed. */
  readonly served: Uint8Array;
  /** −1: not known. */
  readonly keys: Int32Array;
};

export type SceneInput = {
  readonly topology: Topology;
  readonly operation?: Operation | undefined;
  readonly counts?: readonly number[] | undefined;
};

/**
 * Slots that an operation has already given to their new owner: its events are quicker than the next sweep. Only while
 * it runs: what became of them after it is told by the nodes alone.
 */
function arrivals(operation: Operation | undefined): { source: NodeId; target: NodeId; moved: SlotRanges }[] {
  if (!operation || !isActive(operation.state)) return [];
  return operation.plan.steps.flatMap((step) => {
    if (step.kind !== "move-slots") return [];
    const moved = operation.steps.find((s) => s.stepId === step.id)?.moved ?? [];
    return moved.length === 0 ? [] : [{ source: step.source, target: step.target, moved }];
  });
}

export function sceneOf({ topology, operation, counts }: SceneInput): SlotScene {
  const owner = new Uint16Array(SLOT_COUNT);
  const indexOf = new Map(topology.shards.map((shard) => [shard.primaryId, shard.index]));
  for (const shard of topology.shards)
    for (const [first, last] of shard.ranges) owner.fill(shard.index, first, last + 1);
  const keys = new Int32Array(SLOT_COUNT).fill(-1);
  if (counts) keys.set(counts.slice(0, SLOT_COUNT));
  // Counted on one side while the keys were on their way: less than there is, so it is not known.
  for (const { slot } of [...topology.openSlots, ...(operation?.openSlots ?? [])]) keys[slot] = -1;
  for (const { source, target, moved } of arrivals(operation)) {
    const from = indexOf.get(source);
    const to = indexOf.get(target);
    for (const slot of eachSlot(moved)) {
      if (to !== undefined && owner[slot] === from) owner[slot] = to;
      if (keys[slot] === 0) keys[slot] = -1;
    }
  }
  const served = new Uint8Array(SLOT_COUNT).fill(1);
  for (const [first, last] of [...topology.unserved, ...topology.uncovered]) served.fill(0, first, last + 1);
  return { owner, served, keys };
}

/** The ranges that each shard owns on this picture, by its index. */
export function rangesByOwner(scene: SlotScene): ReadonlyMap<number, SlotRanges> {
  const out = new Map<number, [Slot, Slot][]>();
  for (let slot = 0; slot < SLOT_COUNT; slot++) {
    const index = scene.owner[slot] ?? 0;
    const ranges = out.get(index) ?? [];
    const last = ranges.at(-1);
    if (last && last[1] === slot - 1) last[1] = slot;
    else ranges.push([slot, slot]);
    out.set(index, ranges);
  }
  return out;
}
