"use client";
import type { SelectionSummary } from "@/lib/layout/slot-summary";
import { MoveMenu } from "./move-menu";
import { PullDialog } from "./pull-dialog";
import type { ShardRow } from "./shard-row";
import { SlotDragLayer } from "./slot-drag-layer";
import type { Carry } from "./use-carry";
import type { Verdicts } from "./use-verdicts";

type BoardDialogsProps = {
  readonly carry: Carry;
  readonly rows: readonly ShardRow[];
  readonly summary: SelectionSummary;
  readonly verdicts: Verdicts;
  readonly nowMs: number;
  readonly isMoving: boolean;
  readonly onMoving: (isMoving: boolean) => void;
};

/** What comes up over the board: the ghost of a drag, the choice of a target, the number of a pull. */
export function BoardDialogs({ carry, rows, summary, verdicts, nowMs, isMoving, onMoving }: BoardDialogsProps) {
  const { drag, pull } = carry;
  const giver = rows.find((row) => row.shard.index === pull?.giver);
  return (
    <>
      {drag && <SlotDragLayer drag={drag} summary={summary} verdicts={verdicts} />}
      <MoveMenu
        open={isMoving && summary.slots > 0}
        onOpenChange={onMoving}
        slots={summary.slots}
        rows={rows}
        verdictOf={(index) => verdicts.get(index)}
        onChoose={carry.planMove}
      />
      {giver && (
        <PullDialog
          key={`${pull?.giver} ${pull?.taker}`}
          giver={giver}
          taker={pull?.taker}
          rows={rows}
          verdictOf={(index) => carry.pullVerdicts.get(index)}
          nowMs={nowMs}
          onClose={() => carry.setPull(undefined)}
          onPlan={carry.planPull}
        />
      )}
    </>
  );
}
