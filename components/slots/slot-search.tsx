"use client";
import { Search, X } from "lucide-react";
import type { KeyboardEvent, Ref } from "react";
import { useWords } from "@/components/data/words";
import { countSlots } from "@/lib/cluster/slots";
import type { Found } from "@/lib/layout/find-slot";

type SlotSearchProps = {
  readonly typed: string;
  readonly found: Found;
  readonly onType: (text: string) => void;
  /** Enter: take what was found into the hand. */
  readonly onTake: () => void;
  readonly inputRef: Ref<HTMLInputElement>;
};

/** A key is hashed as it is typed; its slot lights up on the map. */
export function SlotSearch({ typed, found, onType, onTake, inputRef }: SlotSearchProps) {
  const words = useWords().slots.search;
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === "Enter") onTake();
    else if (event.key === "Escape") {
      if (typed === "") event.currentTarget.blur();
      else onType("");
      event.stopPropagation();
    }
  };
  return (
    <div className="flex h-[30px] min-w-0 items-center gap-2 rounded-control border border-line2 bg-well px-2.5 focus-within:border-line3 hover:border-line3 max-md:h-11">
      <Search size={14} strokeWidth={1.6} className="shrink-0 text-ink3" aria-hidden />
      <input
        ref={inputRef}
        value={typed}
        onChange={(event) => onType(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        aria-label={words.label}
        aria-keyshortcuts="f"
        placeholder={words.placeholder}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        className="min-w-0 flex-1 bg-transparent font-mono text-12 text-ink outline-none placeholder:font-sans max-md:text-[16px]"
      />
      <Outcome found={found} />
      {typed !== "" && (
        <button
          type="button"
          onClick={() => onType("")}
          aria-label={words.clear}
          className="-mr-1 shrink-0 rounded-chip p-0.5 text-ink3 hover:text-ink max-md:p-3"
        >
          <X size={13} strokeWidth={1.8} aria-hidden />
        </button>
      )}
    </div>
  );
}

function Outcome({ found }: { readonly found: Found }) {
  const words = useWords().slots.search;
  if (found.kind === "nothing") return null;
  const text = found.kind === "ranges" ? words.slots(countSlots(found.ranges)) : words.slot(found.slot);
  return <output className="num shrink-0 text-12 text-ink2">{text}</output>;
}
