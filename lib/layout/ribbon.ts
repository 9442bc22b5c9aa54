import {
  ALL_SLOTS,
  countSlots,
  normalizeRanges,
  SLOT_COUNT,
  type SlotRanges,
  subtractRanges,
} from "@/lib/cluster/slots";

export type RibbonShard = { readonly index: number; readonly ranges: SlotRanges; readonly served: boolean };

/** owned: its primary answers · unserved: it has an owner that is failed or silent · hole: nobody owns it. */
export type RibbonSegment = {
  readonly kind: "owned" | "unserved" | "hole";
  readonly index: number | undefined;
  readonly first: number;
  readonly last: number;
  readonly slots: number;
  readonly x: number;
  readonly width: number;
};

/** Pixels from the left edge where a slot begins. 16384 gives the right edge. */
export const slotX = (slot: number, width: number): number => (slot / SLOT_COUNT) * width;

/** The slot under a pixel. */
export function slotAtX(x: number, width: number): number {
  return Math.min(SLOT_COUNT - 1, Math.max(0, Math.floor((x / width) * SLOT_COUNT)));
}

/**
 * All 16384 slots on one line, to scale, a 1 px gap after each segment that has room for one. Segments come in slot
 * order and cover everything: what no shard owns is a hole, never left out.
 */
export function layoutRibbon(shards: readonly RibbonShard[], width: number): RibbonSegment[] {
  const owned = shards.flatMap((shard) =>
    normalizeRanges(shard.ranges).map((range) => ({
      kind: shard.served ? ("owned" as const) : ("unserved" as const),
      index: shard.index as number | undefined,
      range,
    })),
  );
  const holes = subtractRanges(
    ALL_SLOTS,
    shards.flatMap((shard) => shard.ranges),
  ).map((range) => ({ kind: "hole" as const, index: undefined, range }));
  return [...owned, ...holes]
    .sort((a, b) => a.range[0] - b.range[0])
    .map(({ kind, index, range: [first, last] }) => {
      const x = slotX(first, width);
      const full = slotX(last + 1, width) - x;
      const gap = last === SLOT_COUNT - 1 ? 0 : Math.min(1, full / 3);
      return { kind, index, first, last, slots: countSlots([[first, last]]), x, width: full - gap };
    });
}
