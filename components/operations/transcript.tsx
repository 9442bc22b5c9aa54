"use client";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef, useState } from "react";
import { useTranscript } from "@/components/data/queries";
import { useWords } from "@/components/data/words";
import { Checkbox } from "@/components/ui/choice";
import { CopyButton } from "@/components/ui/copy-button";
import { cx } from "@/components/ui/cx";
import { Panel } from "@/components/ui/panel";
import { formatEndpoint } from "@/lib/cluster/node";
import type { Topology } from "@/lib/cluster/topology";
import { formatCount, formatMs, formatTimeMs } from "@/lib/format";
import type { Operation } from "@/lib/operation";
import type { TranscriptEntry } from "@/lib/wire/operations";

const ROW = 24;

type TranscriptProps = {
  readonly operation: Operation;
  readonly topology: Topology | undefined;
  readonly live: boolean;
};

/** Every command that was sent, to whom, what came back. */
export function Transcript({ operation, live }: TranscriptProps) {
  const { operations, shell } = useWords();
  const words = operations.transcript;
  const [onlyChanges, setOnlyChanges] = useState(true);
  const transcript = useTranscript(operation.clusterId, operation.id, { live });
  const all = (transcript.data ?? []) as readonly TranscriptEntry[];
  const shown = onlyChanges ? all.filter((entry) => entry.mutates) : all;
  return (
    <Panel
      flush
      title={words.title}
      aside={
        <span className="flex flex-wrap items-center gap-4">
          <span className="num">{words.count(formatCount(shown.length))}</span>
          <Checkbox checked={onlyChanges} onChange={setOnlyChanges}>
            {words.onlyChanges}
          </Checkbox>
          <CopyButton text={scriptOf(shown)} label={words.copy} copiedLabel={shell.copied} />
        </span>
      }
    >
      {shown.length === 0 ? (
        <p className="px-3.5 pb-3.5 text-13 text-ink3">{words.empty}</p>
      ) : (
        <Lines entries={shown} />
      )}
    </Panel>
  );
}

/** The commands as somebody would type them; key lists stay counted, so it documents rather than repeats. */
function scriptOf(entries: readonly TranscriptEntry[]): string {
  return entries
    .map(({ endpoint, command }) => `redis-cli -h ${endpoint.host} -p ${endpoint.port} ${command}`)
    .join("\n");
}

function Lines({ entries }: { readonly entries: readonly TranscriptEntry[] }) {
  const ref = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: entries.length,
    getScrollElement: () => ref.current,
    estimateSize: () => ROW,
    overscan: 12,
  });
  return (
    <div
      ref={ref}
      role="log"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling block must be reachable by the keyboard
      tabIndex={0}
      className="max-h-80 overflow-auto border-line1 border-t font-mono text-12"
    >
      <div className="relative min-w-[640px]" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const entry = entries[entries.length - 1 - item.index];
          return entry && <EntryLine key={entry.id} entry={entry} top={item.start} />;
        })}
      </div>
    </div>
  );
}

function EntryLine({ entry, top }: { readonly entry: TranscriptEntry; readonly top: number }) {
  return (
    <div
      className="absolute inset-x-0 grid grid-cols-[96px_150px_minmax(0,1fr)_minmax(60px,180px)_72px] items-center gap-3 px-3.5"
      style={{ top, height: ROW }}
    >
      <span className="text-ink3">{formatTimeMs(entry.atMs)}</span>
      <span className="truncate text-ink3">{formatEndpoint(entry.endpoint)}</span>
      <span className={cx("truncate", entry.mutates ? "text-ink" : "text-ink2")} title={entry.command}>
        {entry.command}
      </span>
      <span className={cx("truncate", entry.ok ? "text-ok" : "text-bad")} title={entry.reply}>
        {entry.reply}
      </span>
      <span className="text-right text-ink3">{formatMs(entry.tookMs)}</span>
    </div>
  );
}
