"use client";
import type { ReactNode } from "react";
import { useWords } from "@/components/data/words";
import { ShardSwatch } from "@/components/shards/shard-swatch";
import { formatEndpoint } from "@/lib/cluster/node";
import { formatBytes, formatCount, UNKNOWN } from "@/lib/format";
import type { SelectionSummary } from "@/lib/layout/slot-summary";
import type { Measure } from "@/lib/wire/clusters";
import type { ShardRow } from "./shard-row";

export type SelectionFactsProps = {
  readonly summary: SelectionSummary;
  readonly rows: readonly ShardRow[];
  readonly measure: Measure | undefined;
  /** False while the figures are still those of the selection before. */
  readonly isMeasured: boolean;
  readonly measureError: string | undefined;
};

const OWNERS_SHOWN = 4;

export function SelectionFacts(props: SelectionFactsProps) {
  const words = useWords().slots.selection;
  const { summary, measure, isMeasured, measureError } = props;
  const isExact = summary.unknownSlots === 0;
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5 text-12">
      <Owners {...props} />
      <Fact name={words.keys}>
        <b className="num font-semibold">
          {summary.unknownSlots === summary.slots
            ? UNKNOWN
            : isExact
              ? formatCount(summary.keys)
              : words.atLeast(formatCount(summary.keys))}
        </b>
      </Fact>
      <Fact name={words.bytes}>
        {measureError ? (
          <span className="text-warn" title={measureError}>
            {UNKNOWN}
          </span>
        ) : measure && isMeasured ? (
          <>
            <b className="num font-semibold">
              {measure.sampledKeys < measure.keys && "≈ "}
              {formatBytes(measure.bytes)}
            </b>
            {measure.sampledKeys < measure.keys && (
              <span className="num ml-1.5 text-11 text-ink3">{words.sampled(measure.sampledKeys)}</span>
            )}
          </>
        ) : (
          <span className="text-ink3">{words.measuring}</span>
        )}
      </Fact>
      <Fact name={words.emptySlots}>
        <span className="num">{isExact ? formatCount(summary.emptySlots) : UNKNOWN}</span>
      </Fact>
    </dl>
  );
}

function Owners({ summary, rows }: SelectionFactsProps) {
  const words = useWords().slots;
  const [one] = summary.owners;
  const shown = summary.owners.slice(0, OWNERS_SHOWN);
  const address = (index: number) => rows.find((row) => row.shard.index === index)?.primary?.endpoint;
  if (summary.owners.length === 1 && one) {
    const endpoint = address(one.index);
    return (
      <Fact name={words.selection.owner}>
        <span className="flex min-w-0 items-center justify-end gap-1.5">
          {one.index > 0 && <ShardSwatch index={one.index} size={15} />}
          <b className="shrink-0 font-medium">{one.index > 0 ? words.shard(one.index) : words.nobody}</b>
          {endpoint && <span className="truncate font-mono text-11 text-ink3">{formatEndpoint(endpoint)}</span>}
        </span>
      </Fact>
    );
  }
  return (
    <Fact name={words.selection.owners}>
      <ul className="flex flex-col gap-1">
        {shown.map(({ index, slots }) => (
          <li key={index} className="flex items-center justify-end gap-1.5">
            {index > 0 && <ShardSwatch index={index} size={15} />}
            <b className="font-medium">{index > 0 ? words.shard(index) : words.nobody}</b>
            <span className="num w-16 text-ink3">{formatCount(slots)}</span>
          </li>
        ))}
        {summary.owners.length > shown.length && (
          <li className="text-ink3">{words.drag.severalOwners(summary.owners.length)}</li>
        )}
      </ul>
    </Fact>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt className="text-ink3">{name}</dt>
      <dd className="min-w-0 text-right text-ink">{children}</dd>
    </>
  );
}
