"use client";
import { ArrowLeft, Ban, Check, GripHorizontal, Hand, X } from "lucide-react";
import type { PointerEvent } from "react";
import { useWords } from "@/components/data/words";
import { cx } from "@/components/ui/cx";
import { formatAge, formatCount } from "@/lib/format";
import type { Eligibility } from "@/lib/layout/eligibility";
import { verdictText } from "./eligibility-words";
import type { ShardRow } from "./shard-row";

export type FootProps = {
  readonly row: ShardRow;
  readonly verdict?: Eligibility | undefined;
  readonly isPull: boolean;
  readonly isOver: boolean;
  readonly nowMs: number;
  readonly mayOperate: boolean;
  readonly onPullStart: (event: PointerEvent<HTMLElement>, index: number) => void;
  readonly onPullOpen: (index: number) => void;
};

const line =
  "flex h-[26px] w-full items-center gap-2 whitespace-nowrap border-t px-3 text-11 max-md:h-11 max-md:text-12 @max-[236px]:gap-1.5 @max-[236px]:px-2.5";
/** The sign gives way to the words where a card is narrow. */
const sign = "shrink-0 @max-[236px]:hidden";

/** The card's lower edge. At rest it is a handle to pull slots by; while something is dragged it says yes or why not. */
export function ShardCardFoot(props: FootProps) {
  const { verdict } = props;
  return verdict ? <Verdict {...props} verdict={verdict} /> : <Handle {...props} />;
}

function Handle({ row, mayOperate, nowMs, onPullStart, onPullOpen }: FootProps) {
  const words = useWords().slots;
  const answer = row.primary?.answer;
  if (row.state === "bad")
    return (
      <div className={cx(line, "border-bad-line bg-bad-ground text-bad")}>
        <X size={13} strokeWidth={1.9} className="shrink-0" aria-hidden />
        <span className="num truncate">
          {answer?.kind === "silent" ? words.shards.silentFor(formatAge(nowMs - answer.sinceMs)) : words.shards.failed}
        </span>
        <span className="num ml-auto shrink-0">{words.shards.notServed}</span>
      </div>
    );
  const { index } = row.shard;
  const ranges = row.ranges.length === 0 ? words.shards.noSlots : words.rangesOf(row.ranges.length);
  if (!mayOperate || row.slots === 0)
    return (
      <div className={cx(line, "border-line1 text-ink3")}>
        <span className="num">{ranges}</span>
      </div>
    );
  return (
    <button
      type="button"
      onPointerDown={(event) => event.pointerType !== "touch" && event.button === 0 && onPullStart(event, index)}
      onClick={() => onPullOpen(index)}
      aria-label={words.shards.pullLabel(index)}
      className={cx(
        line,
        "cursor-grab border-line1 text-ink3 -outline-offset-2 transition-colors hover:bg-bg3 hover:text-ink",
      )}
    >
      <GripHorizontal size={13} strokeWidth={1.6} className={sign} aria-hidden />
      {words.shards.pull}
      <span className="num ml-auto">{ranges}</span>
    </button>
  );
}

function Verdict({ verdict, isOver, isPull, nowMs }: FootProps & { readonly verdict: Eligibility }) {
  const words = useWords().slots;
  const text = verdictText(verdict, words, nowMs);
  if (verdict.kind === "cannot")
    return (
      <div className={cx(line, "border-transparent bg-warn-ground text-warn")}>
        <Ban size={13} strokeWidth={1.7} className={sign} aria-hidden />
        <span className="truncate">{text}</span>
      </div>
    );
  const { before, after } = verdict;
  if (verdict.kind === "can" && isOver)
    return (
      <div className={cx(line, "border-transparent bg-accent font-semibold text-on-accent")}>
        <Check size={14} strokeWidth={2} className={sign} aria-hidden />
        <span className="truncate">{isPull ? words.drag.releaseToChoose : words.drag.release}</span>
        <span className="num ml-auto shrink-0">
          {isPull ? formatCount(before) : words.drag.change(before, after)}
          <span className="@max-[236px]:hidden"> {words.drag.unit}</span>
        </span>
      </div>
    );
  const Icon = verdict.kind === "source" ? Hand : ArrowLeft;
  // That an operation runs is said beside the button; a card has room for what is wrong with its shard.
  const isCautious = verdict.kind === "can" && verdict.cautions.some(({ code }) => code !== "operation-runs");
  return (
    <div className={cx(line, "border-line1 text-ink3")}>
      <Icon size={13} strokeWidth={1.6} className={sign} aria-hidden />
      <span className={cx("truncate", isCautious ? "text-warn" : "text-ink2")}>
        {verdict.kind === "can" && !isCautious ? words.drag.canTake : text}
      </span>
      <span className="num ml-auto shrink-0">
        {isPull ? words.drag.slots(before) : words.drag.change(before, after)}
      </span>
    </div>
  );
}
