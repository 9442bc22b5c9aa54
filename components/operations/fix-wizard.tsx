"use client";
import { RefreshCw } from "lucide-react";
import { sentenceOf } from "@/components/data/api";
import { useNow } from "@/components/data/live-context";
import { useDeepCheck } from "@/components/data/queries";
import { useWords } from "@/components/data/words";
import { Button } from "@/components/ui/button";
import { ToneIcon } from "@/components/ui/chip";
import { Checkbox, Radios } from "@/components/ui/choice";
import { Panel } from "@/components/ui/panel";
import type { Trouble } from "@/lib/cluster/diagnose";
import { intersectRanges, type SlotRanges } from "@/lib/cluster/slots";
import type { Topology } from "@/lib/cluster/topology";
import { formatAge, formatCount } from "@/lib/format";
import { nameOf } from "@/lib/plans/members";
import type { ChooseProps } from "./choose-props";
import { FixTrouble } from "./fix-trouble";

const stray = ["move", "export", "delete", "leave"] as const;
type StrayChoice = (typeof stray)[number];

/** What is wrong with the slots, counted now; for each trouble its way out. */
export function FixWizard({ draft, topology, onChange }: ChooseProps) {
  const words = useWords().wizards.fix;
  const { data, error, isFetching, refetch } = useDeepCheck(topology?.clusterId);
  const nowMs = useNow(1000);
  if (!topology) return null;
  const asked = draft.ranges as SlotRanges | undefined;
  const troubles = (data?.troubles ?? []).filter(
    (trouble) => !asked || intersectRanges(trouble.ranges, asked).length > 0,
  );
  return (
    <>
      <Panel
        flush
        title={words.title}
        aside={
          <span className="flex items-center gap-3">
            {data && !isFetching && words.counted(formatAge(Math.max(0, nowMs - data.atMs)))}
            <Button
              size="sm"
              busy={isFetching}
              icon={<RefreshCw size={13} strokeWidth={1.8} aria-hidden />}
              onClick={() => void refetch()}
            >
              {words.again}
            </Button>
          </span>
        }
      >
        {error && !data && <Line tone="bad" text={`${words.failed} ${sentenceOf(error)}`} />}
        {!data && !error && <p className="border-line1 border-t px-3.5 py-3 text-13 text-ink2">{words.counting}</p>}
        {data && troubles.length === 0 && <Line tone="ok" text={words.none} />}
        <ul>
          {troubles.map((trouble) => (
            <FixTrouble key={keyOf(trouble)} {...{ trouble, topology, draft, onChange }} />
          ))}
        </ul>
      </Panel>
      <Strays shown={troubles.some(({ kind }) => kind === "strayed")} {...{ draft, onChange }} />
      <Abandoned troubles={troubles} topology={data?.topology ?? topology} {...{ draft, onChange }} />
    </>
  );
}

const keyOf = ({ kind, owner, other, ranges }: Trouble): string => `${kind} ${owner} ${other} ${ranges[0]?.[0]}`;

function Line({ tone, text }: { readonly tone: "ok" | "bad"; readonly text: string }) {
  return (
    <p role="status" className="flex items-center gap-2 border-line1 border-t px-3.5 py-3 text-13 text-ink2">
      <ToneIcon tone={tone} size={15} />
      {text}
    </p>
  );
}

type PartProps = Pick<ChooseProps, "draft" | "onChange">;

function Strays({ shown, draft, onChange }: PartProps & { readonly shown: boolean }) {
  const words = useWords().wizards.fix;
  if (!shown) return null;
  const value = stray.find((way) => way === draft.strays) ?? "move";
  return (
    <div className="mt-5">
      <h2 className="mb-2 font-semibold text-13 text-ink">{words.strays}</h2>
      <Radios<StrayChoice>
        label={words.strays}
        value={value}
        onChange={(strays) => onChange({ ...draft, strays })}
        options={stray.map((way) => ({ value: way, title: words.strayWays[way], text: words.strayTexts[way] }))}
      />
    </div>
  );
}

function Abandoned({
  troubles,
  topology,
  draft,
  onChange,
}: PartProps & { readonly troubles: readonly Trouble[]; readonly topology: Topology }) {
  const words = useWords().wizards.fix;
  const gone = [...new Set(troubles.flatMap(({ kind, owner }) => (kind === "owner-gone" && owner ? [owner] : [])))];
  if (gone.length === 0) return null;
  const chosen = (draft.abandon as readonly string[] | undefined) ?? [];
  const toggle = (id: string, on: boolean) => {
    const { abandon: _old, ...rest } = draft;
    const next = on ? [...chosen, id] : chosen.filter((other) => other !== id);
    onChange(next.length > 0 ? { ...rest, abandon: next } : rest);
  };
  return (
    <div className="mt-5 flex flex-col gap-2">
      {gone.map((id) => {
        const keys = topology.nodes.find((node) => node.id === id)?.stats?.keys;
        return (
          <Checkbox key={id} checked={chosen.includes(id)} onChange={(on) => toggle(id, on)}>
            <span className="text-ink">{words.abandon(nameOf(topology, id))}</span>
            <span className="block text-12 text-ink3">
              {words.abandonText(keys === undefined ? words.unknownKeys : words.keys(formatCount(keys)))}
            </span>
          </Checkbox>
        );
      })}
    </div>
  );
}
