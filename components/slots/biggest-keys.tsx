"use client";
import { useNow } from "@/components/data/live-context";
import { useWords } from "@/components/data/words";
import { shardColor } from "@/components/shards/shard-fill";
import { formatAge, formatBytes } from "@/lib/format";
import type { SelectionSummary } from "@/lib/layout/slot-summary";
import type { Measure } from "@/lib/wire/clusters";

type BiggestKeysProps = { readonly measure: Measure; readonly summary: SelectionSummary };

const SHOWN = 5;

/** The keys that decide how long a move blocks, with their length against the biggest one. */
export function BiggestKeys({ measure, summary }: BiggestKeysProps) {
  const words = useWords().slots.selection;
  const nowMs = useNow(1000);
  const shown = measure.biggest.slice(0, SHOWN);
  const most = Math.max(1, ...shown.map((key) => key.bytes));
  const [owner] = summary.owners;
  const fill = owner && owner.index > 0 ? shardColor(owner.index) : "var(--ink3)";
  return (
    <>
      <h3 className="flex items-baseline justify-between gap-2 text-11 font-medium text-ink3">
        <span className="whitespace-nowrap">{words.biggest}</span>
        <span className="num truncate font-normal">
          {measure.sampledKeys < measure.keys
            ? words.sampledBy(measure.sampledKeys, formatAge(nowMs - measure.atMs))
            : words.measuredBy(formatAge(nowMs - measure.atMs))}
        </span>
      </h3>
      {shown.length === 0 && <p className="mt-1.5 text-12 text-ink2">{words.noKeys}</p>}
      <ul className="mt-1">
        {shown.map(({ key, type, bytes, slot }) => (
          <li key={`${slot} ${key}`} className="pt-1">
            <p className="flex items-baseline gap-3 text-12">
              <span className="min-w-0 flex-1 truncate font-mono text-11 text-ink" title={key}>
                {key}
              </span>
              <span className="text-11 text-ink3">{type}</span>
              <span className="num w-16 shrink-0 text-right text-ink">{formatBytes(bytes)}</span>
            </p>
            <div className="mt-0.5 h-[2px] bg-bg3">
              <div className="h-full" style={{ width: `${(bytes / most) * 100}%`, background: fill }} />
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}
