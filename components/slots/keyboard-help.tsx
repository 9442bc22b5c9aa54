"use client";
import type { ReactNode } from "react";
import { useWords } from "@/components/data/words";
import { Kbd } from "@/components/ui/kbd";

/** Every gesture has its key. */
export function KeyboardHelp() {
  const words = useWords().slots.keysHelp;
  return (
    <dl className="mt-1 grid grid-cols-[auto_minmax(0,1fr)] items-center gap-x-3 gap-y-2 border-t border-line1 pt-3 text-12 text-ink2">
      <Line keys={["←", "→"]}>{words.move}</Line>
      <Line keys={["⇧", "→"]}>
        {words.growStart} <Kbd>⌥</Kbd> {words.growEnd}
      </Line>
      <Line keys={["F"]}>{words.find}</Line>
      <Line keys={["L"]}>{words.layer}</Line>
    </dl>
  );
}

function Line({ keys, children }: { readonly keys: readonly string[]; readonly children: ReactNode }) {
  return (
    <>
      <dt className="flex gap-1">
        {keys.map((key) => (
          <Kbd key={key}>{key}</Kbd>
        ))}
      </dt>
      <dd>{children}</dd>
    </>
  );
}
