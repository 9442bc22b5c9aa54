"use client";
import { useNow } from "@/components/data/live-context";
import { useTimeline } from "@/components/data/queries";
import { useWords } from "@/components/data/words";
import { Panel } from "@/components/ui/panel";
import type { ClusterId } from "@/lib/cluster/node";
import { formatDateTime, formatTime } from "@/lib/format";

const SHOWN = 7;
const DAY_MS = 86_400_000;

/** What changed last, newest first: the head of the timeline. */
export function RecentChanges({ clusterId }: { readonly clusterId: ClusterId }) {
  const words = useWords().overview.changes;
  const { data } = useTimeline(clusterId);
  const nowMs = useNow(10_000);
  if (!data) return null;
  return (
    <Panel flush title={words.title}>
      {data.length === 0 && <p className="border-t border-line1 px-3.5 py-3 text-125 text-ink2">{words.none}</p>}
      <ol>
        {data.slice(0, SHOWN).map((entry) => (
          <li key={entry.seq} className="flex gap-3 border-t border-line1 px-3.5 py-2 text-12">
            <time
              dateTime={new Date(entry.atMs).toISOString()}
              title={formatDateTime(entry.atMs)}
              className="num shrink-0 pt-px font-mono text-11 text-ink3"
            >
              {nowMs - entry.atMs < DAY_MS ? formatTime(entry.atMs) : formatDateTime(entry.atMs).slice(5, 16)}
            </time>
            <span className="min-w-0 text-ink2 [overflow-wrap:anywhere]">{entry.text}</span>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
