"use client";
import { useSyncExternalStore } from "react";
import { useWords } from "@/components/data/words";
import { FooterNote } from "@/components/shell/footer-note";
import type { Slot } from "@/lib/cluster/slots";
import type { Topology } from "@/lib/cluster/topology";
import { UNKNOWN } from "@/lib/format";
import type { SlotScene } from "@/lib/layout/slot-scene";
import type { Hover } from "./hover";

type HoverLineProps = {
  readonly hover: Hover;
  /** Spoken of while nothing is pointed at: where the keyboard stands. */
  readonly head: Slot | undefined;
  readonly scene: SlotScene;
  readonly agreement: Topology["agreement"];
};

/** The slot under the pointer, in the status line: whose it is, how many keys, who agrees. */
export function HoverLine({ hover, head, scene, agreement }: HoverLineProps) {
  const words = useWords().slots;
  const pointed = useSyncExternalStore(hover.subscribe, hover.get, () => undefined);
  const slot = pointed ?? head;
  if (slot === undefined) return <FooterNote>{words.hover.none}</FooterNote>;
  const owner = scene.owner[slot] ?? 0;
  const keys = scene.keys[slot] ?? -1;
  return (
    <FooterNote>
      <b className="num font-medium text-ink">{words.hover.slot(slot)}</b>
      <span className={owner === 0 ? "text-bad" : "text-ink2"}>
        {owner === 0 ? words.nobody : words.shard(owner)}
        {", "}
        <span className="num">{keys < 0 ? `${UNKNOWN} ${words.selection.keys}` : words.hover.keys(keys)}</span>
      </span>
      {owner !== 0 && !scene.served[slot] && <span className="text-bad">{words.hover.silent}</span>}
      <span className="num">{words.hover.views(agreement.agree, agreement.answering)}</span>
    </FooterNote>
  );
}
