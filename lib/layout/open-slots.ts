import type { NodeId } from "@/lib/cluster/node";
import { hasSlot, rangesOf, type Slot, type SlotRanges, unionRanges } from "@/lib/cluster/slots";
import type { Topology } from "@/lib/cluster/topology";
import { isActive, type Operation } from "@/lib/operation";

/** Open slots that travel the same way for the same reason. Without `operationId` nobody here opened them. */
export type OpenGroup = {
  readonly ranges: SlotRanges;
  readonly slots: number;
  readonly source?: NodeId;
  readonly target?: NodeId;
  /** Absent when it is not known for each of them. */
  readonly keysLeft?: number;
  readonly operationId?: number;
  /** Only one of the two nodes carries the flag for at least one of them. */
  readonly isOneSided: boolean;
};

type Open = {
  readonly slot: Slot;
  readonly source?: NodeId | undefined;
  readonly target?: NodeId | undefined;
  readonly keysLeft?: number | undefined;
  readonly operationId?: number | undefined;
  readonly isOneSided: boolean;
};

function openOf(topology: Topology, operation: Operation | undefined): Open[] {
  const isRunning = operation !== undefined && isActive(operation.state);
  const seenOpen = new Set(topology.openSlots.map(({ slot }) => slot));
  // Of an operation that rests only what the nodes still show as open; of one that runs, its own word is newer.
  const held = (operation?.openSlots ?? []).filter(({ slot }) => isRunning || seenOpen.has(slot));
  const own: Open[] = held.map((open) => ({
    ...open,
    operationId: operation?.id,
    isOneSided: false,
  }));
  const ownRanges = rangesOf(own.map((open) => open.slot));
  const moved = isRunning ? unionRanges(...operation.steps.map((step) => step.moved)) : [];
  const seen = topology.openSlots.filter(({ slot }) => !hasSlot(ownRanges, slot) && !hasSlot(moved, slot));
  const others = seen.map((open) => ({
    slot: open.slot,
    source: open.source,
    target: open.target,
    isOneSided: open.migratingOn.length === 0 || open.importingOn.length === 0,
  }));
  return [...own, ...others];
}

export function openGroups(topology: Topology, operation?: Operation): OpenGroup[] {
  const byWay = new Map<string, Open[]>();
  for (const open of openOf(topology, operation)) {
    const way = `${open.source ?? ""}>${open.target ?? ""}#${open.operationId ?? ""}`;
    byWay.set(way, [...(byWay.get(way) ?? []), open]);
  }
  return [...byWay.values()].map((group) => {
    const [one] = group;
    const keysLeft = group.every((open) => open.keysLeft !== undefined)
      ? group.reduce((sum, open) => sum + (open.keysLeft ?? 0), 0)
      : undefined;
    return {
      ranges: rangesOf(group.map((open) => open.slot)),
      slots: group.length,
      isOneSided: group.some((open) => open.isOneSided),
      ...(one?.source === undefined ? {} : { source: one.source }),
      ...(one?.target === undefined ? {} : { target: one.target }),
      ...(one?.operationId === undefined ? {} : { operationId: one.operationId }),
      ...(keysLeft === undefined ? {} : { keysLeft }),
    };
  });
}
