"use client";
import { useWords } from "@/components/data/words";
import { Button } from "@/components/ui/button";
import { cx } from "@/components/ui/cx";
import type { Operation } from "@/lib/operation";
import { verdictText } from "./eligibility-words";
import { SelectionPanel } from "./selection-panel";
import type { ShardRow } from "./shard-row";
import { useMedia } from "./use-look";
import type { Selection } from "./use-selection";
import type { Verdicts } from "./use-verdicts";

type SelectionColumnProps = {
  readonly selection: Selection;
  readonly rows: readonly ShardRow[];
  readonly verdicts: Verdicts;
  readonly running: Operation | undefined;
  readonly isStacked: boolean;
  readonly nowMs: number;
  readonly onClear: () => void;
  readonly onMove: () => void;
};

export function SelectionColumn(props: SelectionColumnProps) {
  const words = useWords().slots;
  const { selection, verdicts, running, isStacked } = props;
  const isTouch = useMedia("(pointer: coarse)");
  const { summary } = selection;
  const blocked = useBlocked(props);
  const note = running ? words.selection.noteOperation(running.id, running.openSlots.length) : words.selection.note;
  return (
    <>
      <aside
        className={cx(
          "min-h-0 bg-bg1",
          isStacked ? "order-2 border-t border-line1" : "overflow-y-auto border-l border-line1",
        )}
      >
        <SelectionPanel
          summary={summary}
          rows={props.rows}
          measure={selection.measure}
          isMeasured={selection.isMeasured}
          measureError={selection.measureError}
          histogram={selection.histogram}
          estimateMs={selection.estimateMs}
          blocked={blocked}
          note={note}
          isTouch={isTouch}
          hasBar={isStacked}
          onClear={props.onClear}
          onMove={props.onMove}
        />
      </aside>
      {isStacked && summary.slots > 0 && (
        <div className="sticky bottom-0 z-20 order-4 flex items-center gap-3 border-t border-line2 bg-bg2 px-3.5 py-2">
          <p className="num min-w-0 flex-1 truncate text-13 font-semibold">
            {words.slotsOf(summary.slots)}
            {summary.slots === 1 && isTouch && (
              <span className="block text-12 font-normal text-ink3">{words.selection.tapEnd}</span>
            )}
          </p>
          <Button tone="ghost" onClick={props.onClear}>
            {words.selection.clear}
          </Button>
          <Button tone="primary" onClick={props.onMove} disabled={blocked !== undefined || verdicts.size === 0}>
            {words.selection.move}
          </Button>
        </div>
      )}
    </>
  );
}

/** Why no shard may take it: the first reason, when none can. */
function useBlocked({ selection, verdicts, nowMs }: SelectionColumnProps): string | undefined {
  const words = useWords().slots;
  if (selection.summary.slots === 0) return undefined;
  const all = [...verdicts.values()];
  if (all.some((verdict) => verdict.kind === "can")) return undefined;
  const refused = all.find((verdict) => verdict.kind === "cannot");
  return refused ? verdictText(refused, words, nowMs) : words.selection.nobodyElse;
}
