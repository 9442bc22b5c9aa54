"use client";
import type { ReactNode } from "react";
import { useWords } from "@/components/data/words";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { Kbd } from "@/components/ui/kbd";
import { formatRanges } from "@/lib/cluster/slots";
import { formatAge, formatCount } from "@/lib/format";
import type { KeyHistogram, SelectionSummary } from "@/lib/layout/slot-summary";
import { BiggestKeys } from "./biggest-keys";
import { HistogramPlot } from "./histogram-plot";
import { KeyboardHelp } from "./keyboard-help";
import { SelectionFacts, type SelectionFactsProps } from "./selection-facts";

export type SelectionPanelProps = SelectionFactsProps & {
  readonly histogram: KeyHistogram | undefined;
  readonly estimateMs: number | undefined;
  /** Why nothing can be moved; the button stays and says so. */
  readonly blocked: string | undefined;
  readonly note: string;
  readonly isTouch: boolean;
  /** The button stands in the bar below instead. */
  readonly hasBar: boolean;
  readonly onClear: () => void;
  readonly onMove: () => void;
};

const RANGES_SHOWN = 6;

/** What is in the hand: which slots, whose, how much, how long it would take, and what happens next. */
export function SelectionPanel(props: SelectionPanelProps) {
  const words = useWords().slots;
  const { summary, onClear } = props;
  const isEmpty = summary.slots === 0;
  return (
    <section aria-label={words.selection.title} className="@container flex min-h-full flex-col px-4 pb-4 pt-3">
      <header className="flex h-7 items-center justify-between">
        <h2 className="text-13 font-semibold text-ink">{words.selection.title}</h2>
        {!isEmpty && (
          <button
            type="button"
            onClick={onClear}
            className="flex items-center gap-2 rounded-control text-12 text-ink3 hover:text-ink max-md:min-h-11"
          >
            {words.selection.clear}
            <span className="max-md:hidden">
              <Kbd>Esc</Kbd>
            </span>
          </button>
        )}
      </header>
      {isEmpty ? <Nothing isTouch={props.isTouch} /> : <Something {...props} />}
      <div className="mt-auto max-md:hidden">
        <KeyboardHelp />
      </div>
    </section>
  );
}

function Nothing({ isTouch }: { readonly isTouch: boolean }) {
  const words = useWords().slots.selection;
  return (
    <div className="mb-6 mt-3">
      <p className="text-34 font-semibold tracking-[-0.03em] text-ink4">0</p>
      <p className="mt-2 text-12 text-ink2">{isTouch ? words.emptyTouch : words.emptyText}</p>
    </div>
  );
}

function Something(props: SelectionPanelProps) {
  const words = useWords().slots;
  const { summary, rows, measure, isMeasured, histogram } = props;
  return (
    <>
      <p className="mt-2 flex items-baseline gap-2">
        <b className="num text-34 font-semibold tracking-[-0.03em] text-ink">{formatCount(summary.slots)}</b>
        <span className="text-13 text-ink3">{words.selection.slotsIn(summary.slots, summary.ranges.length)}</span>
      </p>
      <RangeLine summary={summary} />
      <Rule>
        <SelectionFacts {...props} />
      </Rule>
      {measure && (
        <Rule faded={!isMeasured}>
          <BiggestKeys measure={measure} summary={summary} />
        </Rule>
      )}
      {histogram && (
        <Rule>
          <HistogramPlot histogram={histogram} summary={summary} rows={rows} />
        </Rule>
      )}
      <div className="sticky bottom-0 -mx-4 mt-3 bg-bg1 px-4 pb-3 max-md:static">
        <div className="border-t border-line1 pt-3">
          <NextStep {...props} />
        </div>
      </div>
    </>
  );
}

export function Rule({ children, faded }: { readonly children: ReactNode; readonly faded?: boolean }) {
  return (
    <div className={`mt-3 border-t border-line1 pt-3 transition-opacity ${faded ? "opacity-50" : ""}`}>{children}</div>
  );
}

function RangeLine({ summary }: { readonly summary: SelectionSummary }) {
  const words = useWords().slots;
  const shown = summary.ranges.slice(0, RANGES_SHOWN);
  const more = summary.ranges.length - shown.length;
  return (
    <div className="mt-1 flex items-start justify-between gap-3">
      <p className="min-w-0 break-words font-mono text-12 text-ink" title={formatRanges(summary.ranges)}>
        {more > 0 ? words.drag.moreRanges(formatRanges(shown), more) : formatRanges(shown)}
      </p>
      <CopyButton
        text={formatRanges(summary.ranges, "-")}
        label={words.selection.copy}
        copiedLabel={words.selection.copied}
        className="-my-1 shrink-0"
      />
    </div>
  );
}

function NextStep({ estimateMs, blocked, note, hasBar, onMove }: SelectionPanelProps) {
  const words = useWords().slots.selection;
  return (
    <>
      {estimateMs !== undefined && (
        <div className="mb-3">
          <h3 className="text-11 font-medium text-ink3">{words.estimate}</h3>
          <p className="mt-2 rounded-control bg-bg2 px-3 py-2">
            <span className="flex justify-between gap-2 text-11 text-ink3">
              {words.careful} <span className="@max-[262px]:hidden">{words.estimateSource}</span>
            </span>
            <b className="num text-15 font-semibold text-ink">≈ {formatAge(Math.max(100, estimateMs))}</b>
          </p>
        </div>
      )}
      {!hasBar && (
        <Button
          tone="primary"
          size="lg"
          className="mb-2.5 w-full"
          onClick={onMove}
          disabled={blocked !== undefined}
          aria-keyshortcuts="m"
        >
          {words.move}
          <kbd className="inline-flex h-[18px] min-w-[18px] items-center justify-center rounded-chip border border-on-accent/25 px-1 text-10 font-semibold">
            M
          </kbd>
        </Button>
      )}
      <p className={`text-11 ${blocked ? "text-warn" : "text-ink3"}`}>{blocked ?? note}</p>
    </>
  );
}
