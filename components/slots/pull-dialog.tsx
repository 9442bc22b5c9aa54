"use client";
import { ArrowRight } from "lucide-react";
import { useState } from "react";
import { useWords } from "@/components/data/words";
import { ShardSwatch } from "@/components/shards/shard-swatch";
import { Button } from "@/components/ui/button";
import { cx } from "@/components/ui/cx";
import { Dialog } from "@/components/ui/dialog";
import { NumberInput } from "@/components/ui/number-field";
import { type Eligibility, evenOut } from "@/lib/layout/eligibility";
import { refusalText } from "./eligibility-words";
import type { ShardRow } from "./shard-row";

export type PullChoice = { readonly giver: number; readonly taker: number; readonly slots: number };

type PullDialogProps = {
  readonly giver: ShardRow;
  /** Known when it was dropped on a card, chosen here when not. */
  readonly taker: number | undefined;
  readonly rows: readonly ShardRow[];
  readonly verdictOf: (index: number) => Eligibility | undefined;
  readonly nowMs: number;
  readonly onClose: () => void;
  readonly onPlan: (choice: PullChoice) => void;
};

/** How many slots one shard gives another. It opens the plan, nothing more. */
export function PullDialog(props: PullDialogProps) {
  const words = useWords().slots;
  const { giver, rows, verdictOf, onClose, onPlan } = props;
  const others = rows.filter((row) => row.shard.index !== giver.shard.index);
  const [chosen, setChosen] = useState(
    props.taker ?? others.find((row) => verdictOf(row.shard.index)?.kind === "can")?.shard.index,
  );
  const taker = others.find((row) => row.shard.index === chosen);
  const [typed, setTyped] = useState<number>();
  const even = evenOut(giver.slots, taker?.slots ?? giver.slots);
  const slots = Math.min(giver.slots, typed ?? even);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={words.pull.title}
      description={words.pull.hint}
      closeLabel={words.move.close}
      footer={
        <Button
          tone="primary"
          disabled={!taker || slots < 1}
          onClick={() => taker && onPlan({ giver: giver.shard.index, taker: taker.shard.index, slots })}
        >
          {words.pull.plan}
        </Button>
      }
    >
      <div className="flex items-center gap-3">
        <Side row={giver} after={giver.slots - slots} />
        <ArrowRight size={16} strokeWidth={1.6} className="shrink-0 text-ink3" aria-hidden />
        {taker ? <Side row={taker} after={taker.slots + slots} /> : <p className="text-ink3">{words.pull.choose}</p>}
      </div>
      {props.taker === undefined && <Takers {...props} others={others} chosen={chosen} onChoose={setChosen} />}
      <Amount slots={slots} all={giver.slots} even={even} onChange={setTyped} />
      {slots === giver.slots && <p className="mt-2 text-11 text-warn">{words.pull.allLeaves(giver.shard.index)}</p>}
    </Dialog>
  );
}

type AmountProps = {
  readonly slots: number;
  readonly all: number;
  readonly even: number;
  readonly onChange: (slots: number | undefined) => void;
};

function Amount({ slots, all, even, onChange }: AmountProps) {
  const words = useWords().slots.pull;
  const choices = [
    { text: words.even, n: even },
    { text: words.tenth, n: Math.max(1, Math.floor(all / 10)) },
    { text: words.all, n: all },
  ];
  return (
    <div className="mt-4 flex flex-wrap items-center gap-2">
      <NumberInput
        label={words.count}
        value={slots}
        onChange={onChange}
        min={1}
        max={all}
        decreaseLabel={words.less}
        increaseLabel={words.more}
        className="w-36"
      />
      {choices.map(({ text, n }) => (
        <Button key={text} size="sm" tone="ghost" aria-pressed={slots === n} onClick={() => onChange(n)}>
          {text}
        </Button>
      ))}
    </div>
  );
}

function Side({ row, after }: { readonly row: ShardRow; readonly after: number }) {
  const words = useWords().slots;
  return (
    <div className="flex min-w-0 flex-1 items-center gap-2.5 rounded-control bg-bg2 px-3 py-2">
      <ShardSwatch index={row.shard.index} size={22} />
      <div className="min-w-0">
        <p className="text-13 font-semibold text-ink">{words.shard(row.shard.index)}</p>
        <p className="num text-11 text-ink3">{words.drag.changeSlots(row.slots, after)}</p>
      </div>
    </div>
  );
}

type TakersProps = Pick<PullDialogProps, "verdictOf" | "nowMs"> & {
  readonly others: readonly ShardRow[];
  readonly chosen: number | undefined;
  readonly onChoose: (index: number) => void;
};

function Takers({ others, chosen, verdictOf, nowMs, onChoose }: TakersProps) {
  const words = useWords().slots;
  return (
    <fieldset className="mt-3">
      <legend className="text-11 font-medium text-ink3">{words.pull.to}</legend>
      <div className="mt-1.5 flex flex-wrap gap-1.5">
        {others.map(({ shard: { index } }) => {
          const verdict = verdictOf(index);
          const isOpen = verdict?.kind === "can";
          return (
            <button
              key={index}
              type="button"
              disabled={!isOpen}
              aria-pressed={index === chosen}
              title={verdict?.kind === "cannot" ? refusalText(verdict.refusal, words.refusal, nowMs) : undefined}
              onClick={() => onChoose(index)}
              className={cx(
                "flex h-8 items-center gap-2 rounded-control border px-2 text-12 max-md:h-11",
                index === chosen ? "border-accent-ink bg-bg3 text-ink" : "border-line2 text-ink2 hover:bg-bg3",
                !isOpen && "opacity-50",
              )}
            >
              <ShardSwatch index={index} size={16} />
              {words.shard(index)}
            </button>
          );
        })}
      </div>
    </fieldset>
  );
}
