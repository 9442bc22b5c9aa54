"use client";
import { type KeyboardEvent, useRef } from "react";
import { useNow } from "@/components/data/live-context";
import { useWords } from "@/components/data/words";
import { ShardSwatch } from "@/components/shards/shard-swatch";
import { cx } from "@/components/ui/cx";
import { Dialog } from "@/components/ui/dialog";
import { formatEndpoint } from "@/lib/cluster/node";
import type { Eligibility } from "@/lib/layout/eligibility";
import { verdictText } from "./eligibility-words";
import type { ShardRow } from "./shard-row";

type MoveMenuProps = {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly slots: number;
  readonly rows: readonly ShardRow[];
  readonly verdictOf: (index: number) => Eligibility | undefined;
  readonly onChoose: (index: number) => void;
};

/** The drop without a pointer: the same shards, with the same words of who may take it. */
export function MoveMenu({ open, onOpenChange, slots, rows, verdictOf, onChoose }: MoveMenuProps) {
  const words = useWords().slots;
  const list = useRef<HTMLUListElement>(null);
  const walk = (event: KeyboardEvent<HTMLElement>) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const items = [...(list.current?.querySelectorAll<HTMLButtonElement>("button:not(:disabled)") ?? [])];
    const at = items.indexOf(document.activeElement as HTMLButtonElement);
    items[(at + step + items.length) % items.length]?.focus();
  };
  const first = rows.find((row) => verdictOf(row.shard.index)?.kind === "can")?.shard.index;
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={words.move.title(slots)}
      description={words.move.hint}
      closeLabel={words.move.close}
    >
      <ul ref={list} onKeyDown={walk} className="-mx-2 flex flex-col gap-1">
        {rows.map((row) => (
          <li key={row.shard.index}>
            <Choice
              row={row}
              verdict={verdictOf(row.shard.index)}
              isFirst={row.shard.index === first}
              onChoose={onChoose}
            />
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

type ChoiceProps = {
  readonly row: ShardRow;
  readonly verdict: Eligibility | undefined;
  readonly isFirst: boolean;
  readonly onChoose: (index: number) => void;
};

function Choice({ row, verdict, isFirst, onChoose }: ChoiceProps) {
  const words = useWords().slots;
  const nowMs = useNow(1000);
  if (!verdict) return null;
  const { index } = row.shard;
  const isOpen = verdict.kind === "can";
  const isCautious = verdict.kind === "can" && verdict.cautions.some(({ code }) => code !== "operation-runs");
  const text = verdict.kind === "source" ? words.move.owns : verdictText(verdict, words, nowMs);
  return (
    <button
      type="button"
      disabled={!isOpen}
      // biome-ignore lint/a11y/noAutofocus: the dialog opened for this choice alone
      autoFocus={isFirst}
      onClick={() => onChoose(index)}
      className={cx(
        "flex min-h-11 w-full items-center gap-3 rounded-control px-2 text-left -outline-offset-2",
        isOpen ? "hover:bg-bg3 focus-visible:bg-bg3" : "cursor-not-allowed",
      )}
    >
      <ShardSwatch index={index} size={22} className={isOpen ? "" : "opacity-50"} />
      <span className="min-w-0 flex-1">
        <span className="flex items-baseline gap-2">
          <b className={cx("text-13 font-semibold", isOpen ? "text-ink" : "text-ink3")}>{words.shard(index)}</b>
          <span className="truncate font-mono text-11 text-ink3">
            {row.primary && formatEndpoint(row.primary.endpoint)}
          </span>
        </span>
        <span
          className={cx("block truncate text-11", verdict.kind === "cannot" || isCautious ? "text-warn" : "text-ink3")}
        >
          {text}
        </span>
      </span>
      {verdict.kind === "can" && (
        <span className="num shrink-0 text-12 text-ink2">{words.drag.change(verdict.before, verdict.after)}</span>
      )}
    </button>
  );
}
