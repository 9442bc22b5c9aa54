"use client";
import { useWords } from "@/components/data/words";
import { Segmented } from "@/components/ui/segmented";
import { keysIn, type Trouble } from "@/lib/cluster/diagnose";
import type { NodeId } from "@/lib/cluster/node";
import {
  countSlots,
  formatRanges,
  intersectRanges,
  type SlotRanges,
  subtractRanges,
  unionRanges,
} from "@/lib/cluster/slots";
import type { Topology } from "@/lib/cluster/topology";
import { formatCount } from "@/lib/format";
import { nameOf } from "@/lib/plans/members";
import type { WishDraft } from "@/lib/wire/wizard-link";

const choices = ["safe", "finish", "back", "leave"] as const;
type Choice = (typeof choices)[number];

type FixTroubleProps = {
  readonly trouble: Trouble;
  readonly topology: Topology;
  readonly draft: WishDraft;
  readonly onChange: (draft: WishDraft) => void;
};

/** One trouble: which slots, how many keys on which side, what becomes of it. */
export function FixTrouble({ trouble, topology, draft, onChange }: FixTroubleProps) {
  const words = useWords().wizards.fix;
  const { kind, owner, other, nodes, ranges, keys } = trouble;
  const sides = [...new Set([owner, other, ...nodes, ...keys.filter((one) => one.keys > 0).map((one) => one.nodeId)])];
  return (
    <li className="flex flex-col gap-2 border-line1 border-t px-3.5 py-3">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <h3 className="font-semibold text-13 text-ink max-md:text-15">{words.kinds[kind]}</h3>
        <p className="num text-12 text-ink2">{words.slots(countSlots(ranges))}</p>
      </div>
      <p className="num font-mono text-12 text-ink2 [overflow-wrap:anywhere]">{shortRanges(ranges)}</p>
      <ul className="flex flex-wrap gap-x-5 gap-y-1 text-12">
        {sides
          .filter((id) => id !== undefined)
          .map((id) => (
            <Side key={id} id={id} trouble={trouble} topology={topology} />
          ))}
      </ul>
      <p className="text-12 text-ink3">{words.texts[kind]}</p>
      {waysOf(kind).length > 0 && (
        <Segmented<Choice>
          label={words.way(`${words.kinds[kind]}, ${shortRanges(ranges)}`)}
          value={chosenIn(draft, ranges)}
          onChange={(choice) => onChange(withChoice(draft, ranges, choice))}
          options={waysOf(kind).map((way) => ({ value: way, text: words.ways[way] }))}
          className="max-w-full self-start overflow-x-auto"
        />
      )}
    </li>
  );
}

function Side({
  id,
  trouble,
  topology,
}: {
  readonly id: NodeId;
  readonly trouble: Trouble;
  readonly topology: Topology;
}) {
  const words = useWords().wizards.fix;
  const keys = keysIn(trouble, id);
  return (
    <li>
      <span className="font-mono text-ink">{nameOf(topology, id)}</span>{" "}
      <span className="num text-ink2">{keys === undefined ? words.unknownKeys : words.keys(formatCount(keys))}</span>
    </li>
  );
}

const SHOWN = 6;
const shortRanges = (ranges: SlotRanges): string =>
  `${formatRanges(ranges.slice(0, SHOWN))}${ranges.length > SHOWN ? ", …" : ""}`;

function waysOf(kind: Trouble["kind"]): readonly Choice[] {
  if (kind === "half-moved" || kind === "flag-alone") return choices;
  return kind === "owner-gone" ? [] : ["safe", "leave"];
}

function chosenIn(draft: WishDraft, ranges: SlotRanges): Choice {
  const named = (["leave", "finish", "back"] as const).find(
    (name) => intersectRanges((draft[name] as SlotRanges | undefined) ?? [], ranges).length > 0,
  );
  const all = choices.find((choice) => choice === draft.open);
  return named ?? all ?? "safe";
}

/** The slots leave whatever list they were in, and join the one that is chosen. */
function withChoice(draft: WishDraft, ranges: SlotRanges, choice: Choice): WishDraft {
  const out: Record<string, unknown> = { ...draft };
  for (const name of ["leave", "finish", "back"] as const) {
    const before = (draft[name] as SlotRanges | undefined) ?? [];
    const after = name === choice ? unionRanges(before, ranges) : subtractRanges(before, ranges);
    if (after.length > 0) out[name] = after;
    else delete out[name];
  }
  return out as WishDraft;
}
