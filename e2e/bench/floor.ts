import type { BenchNode } from "./nodes";

const SLOTS_A_WRITE = 64;
const MOST_KEYS = 100_000;

/**
 * What the move of these slots costs when nothing is asked and nothing is made safe: every slot opened and every key
 * listed beforehand, then the bare MIGRATE calls, one a slot. Answers their milliseconds.
 */
export async function floor(source: BenchNode, target: BenchNode, slots: readonly number[]): Promise<number> {
  const open = (node: BenchNode, what: string, other: BenchNode) =>
    node.redis.pipeline(slots.map((slot) => ["cluster", "SETSLOT", slot, what, other.id] as string[])).exec();
  await open(target, "IMPORTING", source);
  await open(source, "MIGRATING", target);
  const listed = await source.redis
    .pipeline(slots.map((slot) => ["cluster", "GETKEYSINSLOT", String(slot), String(MOST_KEYS)]))
    .exec();
  const calls = (listed ?? []).flatMap(([, keys]) => {
    const names = keys as string[];
    return names.length > 0 ? [["migrate", "127.0.0.1", String(target.port), "", "0", "60000", "KEYS", ...names]] : [];
  });
  const startedMs = performance.now();
  for (let at = 0; at < calls.length; at += SLOTS_A_WRITE) {
    const replies = await source.redis.pipeline(calls.slice(at, at + SLOTS_A_WRITE)).exec();
    const failed = replies?.find(([error]) => error);
    if (failed) throw failed[0];
  }
  return performance.now() - startedMs;
}
