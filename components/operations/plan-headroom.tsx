"use client";
import { useWords } from "@/components/data/words";
import { shardColor } from "@/components/shards/shard-fill";
import { ShardSwatch } from "@/components/shards/shard-swatch";
import { Panel } from "@/components/ui/panel";
import type { Topology } from "@/lib/cluster/topology";
import { formatBytes, UNKNOWN } from "@/lib/format";
import { indexOfPrimary } from "@/lib/layout/plan-bands";
import { addressIn } from "@/lib/layout/step-words";
import type { Plan } from "@/lib/plans/plan";

type Room = NonNullable<Plan["headroom"]>[number];

/** Where a limit is near: the line of the bar, in parts of maxmemory. */
const NEAR_LIMIT = 0.9;

/** What each node holds now and will hold, against its maxmemory where it has one. */
export function PlanHeadroom({ plan, topology }: { readonly plan: Plan; readonly topology: Topology | undefined }) {
  const words = useWords().wizards.plan.headroom;
  const rooms = plan.headroom ?? [];
  if (rooms.length === 0) return null;
  const limited = rooms.some((room) => (room.maxBytes ?? 0) > 0);
  const scale = Math.max(1, ...rooms.map((room) => Math.max(room.usedBytes ?? 0, room.afterBytes ?? 0)));
  return (
    <Panel title={words.title} aside={limited ? words.limit : words.noLimit}>
      <ul className="num flex flex-col gap-1.5">
        {rooms.map((room) => (
          <li
            key={room.nodeId}
            className="grid grid-cols-[18px_minmax(0,160px)_minmax(60px,1fr)_auto] items-center gap-3"
          >
            <Swatch index={indexOfPrimary(plan, room.nodeId)} />
            <span className="truncate font-mono text-12 text-ink2">{addressIn(plan, topology, room.nodeId)}</span>
            <Bar room={room} scale={scale} index={indexOfPrimary(plan, room.nodeId)} />
            <span className="min-w-36 text-right text-125 text-ink2">
              {bytes(room.usedBytes)} → <span className="font-semibold text-ink">{bytes(room.afterBytes)}</span>
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

const bytes = (value: number | undefined): string => (value === undefined ? UNKNOWN : formatBytes(value));

function Swatch({ index }: { readonly index: number | undefined }) {
  return index === undefined ? <span /> : <ShardSwatch index={index} size={16} />;
}

type BarProps = { readonly room: Room; readonly scale: number; readonly index: number | undefined };

/** Solid is what stays, light is what leaves or comes. */
function Bar({ room, scale, index }: BarProps) {
  const max = room.maxBytes ?? 0;
  const whole = max > 0 ? max : scale;
  const { usedBytes = 0, afterBytes = usedBytes } = room;
  const part = (value: number) => `${Math.min(100, (100 * value) / whole)}%`;
  const colour = index === undefined ? "var(--ink3)" : shardColor(index);
  return (
    <span className="relative block h-2.5 overflow-hidden rounded-cell bg-well" aria-hidden>
      <span
        className="absolute inset-y-0 left-0 opacity-40"
        style={{ width: part(Math.max(usedBytes, afterBytes)), background: colour }}
      />
      <span
        className="absolute inset-y-0 left-0"
        style={{ width: part(Math.min(usedBytes, afterBytes)), background: colour }}
      />
      {max > 0 && <span className="absolute inset-y-0 w-px bg-warn" style={{ left: `${100 * NEAR_LIMIT}%` }} />}
    </span>
  );
}
