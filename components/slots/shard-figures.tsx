"use client";
import { useWords } from "@/components/data/words";
import { cx } from "@/components/ui/cx";
import { SLOT_COUNT } from "@/lib/cluster/slots";
import { formatCount, formatPercent, formatSignificant, splitBytes, UNKNOWN } from "@/lib/format";
import type { ShardRow } from "./shard-row";

/** Slots, keys and memory of a shard: figures above, what they are below. */
export function ShardFigures({ row, isSilent }: { readonly row: ShardRow; readonly isSilent: boolean }) {
  const words = useWords().slots.shards;
  const { usedBytes, maxBytes = 0 } = row.primary?.stats ?? {};
  const value = cx("num text-13 font-semibold", isSilent ? "silent" : "text-ink");
  return (
    <dl className="mt-1.5 grid grid-cols-[auto_auto_minmax(64px,1fr)] gap-x-4 @max-[236px]:gap-x-2.5">
      <div className="flex flex-col-reverse">
        <dt className="num whitespace-nowrap text-11 text-ink3">
          {words.slots}
          <span className="@max-[236px]:hidden">, {formatPercent(row.slots, SLOT_COUNT)}</span>
        </dt>
        <dd className="num text-13 font-semibold text-ink">{formatCount(row.slots)}</dd>
      </div>
      <div className="flex flex-col-reverse">
        <dt className="text-11 text-ink3">{words.keys}</dt>
        <dd className={value}>{row.keys === undefined ? UNKNOWN : formatCount(row.keys)}</dd>
      </div>
      <div className="min-w-0">
        <dt className="sr-only">{words.memory}</dt>
        <dd>
          <p className={cx(value, "flex items-baseline gap-1 whitespace-nowrap")}>
            <Memory usedBytes={usedBytes} maxBytes={maxBytes} />
          </p>
          <MemoryBar usedBytes={usedBytes} maxBytes={maxBytes} />
        </dd>
      </div>
    </dl>
  );
}

type MemoryProps = { readonly usedBytes: number | undefined; readonly maxBytes: number };

function Memory({ usedBytes, maxBytes }: MemoryProps) {
  const words = useWords().slots.shards;
  if (usedBytes === undefined) return UNKNOWN;
  if (maxBytes === 0) {
    const used = splitBytes(usedBytes);
    return (
      <>
        <span>{used.value}</span> <span className="text-11 font-normal text-ink3">{used.unit}</span>
      </>
    );
  }
  // Both in the unit of the limit: "0.78 of 4 GiB".
  const max = splitBytes(maxBytes);
  const used = (usedBytes / maxBytes) * Number.parseFloat(max.value);
  return (
    <>
      <span>{formatSignificant(used)}</span>
      <span className="text-11 font-normal text-ink3">{words.of(`${max.value.replace(/\.0+$/, "")} ${max.unit}`)}</span>
    </>
  );
}

function MemoryBar({ usedBytes = 0, maxBytes }: MemoryProps) {
  const words = useWords().slots.shards;
  if (maxBytes === 0) return <span className="block text-11 text-ink3">{words.noLimit}</span>;
  const part = Math.min(1, usedBytes / maxBytes);
  return (
    <div className="mt-2 h-[3px] rounded-cell bg-bg3">
      <div
        className={cx("h-full rounded-cell", part > 0.9 ? "bg-warn" : "bg-ink3")}
        style={{ width: `${part * 100}%` }}
      />
    </div>
  );
}
