"use client";
import { useWords } from "@/components/data/words";
import { formatRanges } from "@/lib/cluster/slots";
import type { SelectionSummary } from "@/lib/layout/slot-summary";
import { DragLayer } from "./drag-layer";
import type { ShardDrag } from "./use-shard-drag";
import type { Verdicts } from "./use-verdicts";

type SlotDragLayerProps = {
  readonly drag: ShardDrag;
  readonly summary: SelectionSummary;
  readonly verdicts: Verdicts;
};

/** The ghost's words: how much, from whom, and to whom if it were let go now. */
export function SlotDragLayer({ drag, summary, verdicts }: SlotDragLayerProps) {
  const words = useWords().slots;
  if (drag.carried.kind === "pull") {
    const { index } = drag.carried;
    return (
      <DragLayer
        from={drag.from}
        at={drag.at}
        index={index}
        title={words.drag.pullGhost(index)}
        text={words.drag.pullHint}
      />
    );
  }
  const [first, ...more] = summary.ranges;
  const ranges = first ? formatRanges([first]) : "";
  const [owner] = summary.owners;
  const isOne = summary.owners.length === 1 && owner && owner.index > 0;
  const isTaken = drag.over !== undefined && verdicts.get(drag.over)?.kind === "can";
  return (
    <DragLayer
      from={drag.from}
      at={drag.at}
      index={owner && owner.index > 0 ? owner.index : undefined}
      title={words.drag.ghost(summary.slots, summary.unknownSlots > 0 ? undefined : summary.keys)}
      text={words.drag.ghostWay(
        more.length > 0 ? words.drag.moreRanges(ranges, more.length) : ranges,
        isOne ? words.shard(owner.index) : words.drag.severalOwners(summary.owners.length),
        isTaken && drag.over !== undefined ? words.shard(drag.over) : undefined,
      )}
    />
  );
}
