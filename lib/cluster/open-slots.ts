import type { NodeId, ViewNode } from "./node";
import type { Slot } from "./slots";
import type { OpenSlot } from "./topology";

export type OpenSlotsInput = {
  /** The `myself` line of every node that answers, replicas too: they can carry stale flags. */
  readonly own: readonly ViewNode[];
  readonly isSilent: (id: NodeId) => boolean;
  readonly previous: readonly OpenSlot[];
};

type Half = { slot: Slot; source?: NodeId; target?: NodeId; migratingOn: NodeId[]; importingOn: NodeId[] };

/**
 * Both halves of each open slot, put together from the only lines that know: each node's own. What a silent node last
 * showed stays. A flag on a replica names its primary's side, and gives way to what a primary says.
 */
export function openSlotsOf({ own, isSilent, previous }: OpenSlotsInput): OpenSlot[] {
  const halves = new Map<Slot, Half>();
  const halfOf = (slot: Slot): Half => {
    const half = halves.get(slot) ?? { slot, migratingOn: [], importingOn: [] };
    halves.set(slot, half);
    return half;
  };

  const primariesFirst = [...own].sort((a, b) => Number(a.role === "replica") - Number(b.role === "replica"));
  for (const node of primariesFirst) {
    const side = node.primaryId ?? node.id;
    for (const { slot, to } of node.migrating) {
      const half = halfOf(slot);
      half.migratingOn.push(node.id);
      half.source ??= side;
      half.target ??= to;
    }
  }
  for (const node of primariesFirst) {
    const side = node.primaryId ?? node.id;
    for (const { slot, from } of node.importing) {
      const half = halfOf(slot);
      half.importingOn.push(node.id);
      half.target ??= side;
      half.source ??= from;
    }
  }
  for (const open of previous) keepSilent(open, isSilent, halfOf);
  return [...halves.values()].sort((a, b) => a.slot - b.slot);
}

function keepSilent(open: OpenSlot, isSilent: (id: NodeId) => boolean, halfOf: (slot: Slot) => Half): void {
  const migratingOn = open.migratingOn.filter(isSilent);
  const importingOn = open.importingOn.filter(isSilent);
  if (migratingOn.length + importingOn.length === 0) return;
  const half = halfOf(open.slot);
  half.migratingOn.push(...migratingOn);
  half.importingOn.push(...importingOn);
  if (open.source) half.source ??= open.source;
  if (open.target) half.target ??= open.target;
}
