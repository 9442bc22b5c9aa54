import { setTimeout as sleep } from "node:timers/promises";
import { parseInfo } from "@/lib/cluster/parse";
import { SLOT_COUNT, type SlotRanges } from "@/lib/cluster/slots";
import type { NodeWork } from "@/lib/plans/facts";
import type { Link } from "@/server/link";

/**
 * How hard a primary works: counters that only grow, read twice. CPU is the process's time in the kernel and outside of
 * it (INFO cpu), traffic the bytes of clients and replicas in and out (INFO stats). Valkey 8 and Redis 8.2 count by
 * slot as well, where `cluster-slot-stats-enabled` is on; a node that does not answers its own sum only.
 */
export const READING_GAP_MS = 10_000;

type Reading = { readonly atMs: number; readonly total: number; readonly bySlot?: readonly number[] | undefined };
export type WorkBy = "cpu" | "traffic";
type Ask = { readonly by: WorkBy; readonly ranges: SlotRanges; readonly gapMs: number };

/** Undefined when a counter went back in between: the node restarted, or somebody reset its counters. */
export async function readWork(link: Link, { by, ranges, gapMs }: Ask): Promise<NodeWork | undefined> {
  const first = await readOnce(link, by, ranges);
  await sleep(gapMs);
  const second = await readOnce(link, by, ranges);
  const seconds = (second.atMs - first.atMs) / 1000;
  if (!(second.total >= first.total) || seconds <= 0) return undefined;
  const perSec = (second.total - first.total) / seconds;
  const { bySlot } = second;
  const before = first.bySlot;
  if (!bySlot || !before || bySlot.some((count, slot) => count < (before[slot] ?? 0))) return { perSec };
  return { perSec, bySlot: bySlot.map((count, slot) => (count - (before[slot] ?? 0)) / seconds) };
}

async function readOnce(link: Link, by: WorkBy, ranges: SlotRanges): Promise<Reading> {
  const asked = await link.pipeline([
    ["INFO", by === "cpu" ? "cpu" : "stats"],
    ...ranges.map(([first, last]) => ["CLUSTER", "SLOT-STATS", "SLOTSRANGE", first, last]),
  ]);
  const [info, ...stats] = asked;
  const atMs = performance.now();
  const told = parseInfo(info?.ok ? String(info.value) : "");
  const count = (name: string) => Number(told[name] ?? Number.NaN);
  const total =
    by === "cpu"
      ? (count("used_cpu_sys") + count("used_cpu_user")) * 1_000_000
      : count("total_net_input_bytes") + count("total_net_output_bytes");
  const fields = by === "cpu" ? ["cpu-usec"] : ["network-bytes-in", "network-bytes-out"];
  const bySlot = new Array<number>(SLOT_COUNT).fill(0);
  for (const reply of stats) if (!reply.ok || !addStats(bySlot, reply.value, fields)) return { atMs, total };
  return stats.length === 0 ? { atMs, total } : { atMs, total, bySlot };
}

/** `[slot, [name, count, …]]` each. False when a field is missing: then it is not counted on this node. */
function addStats(bySlot: number[], reply: unknown, fields: readonly string[]): boolean {
  if (!Array.isArray(reply)) return false;
  return reply.every((entry: unknown) => {
    if (!Array.isArray(entry) || !Array.isArray(entry[1])) return false;
    const [slot, pairs] = entry as [unknown, readonly unknown[]];
    return fields.every((field) => {
      const at = pairs.indexOf(field);
      if (at < 0) return false;
      bySlot[Number(slot)] = (bySlot[Number(slot)] ?? 0) + Number(pairs[at + 1]);
      return true;
    });
  });
}
