import { parseInfo } from "@/lib/cluster/parse";
import type { Slot } from "@/lib/cluster/slots";
import type { WeighedSlot } from "@/lib/plans/tasks";
import { replyOf } from "./lines";
import type { RefusedSlot } from "./portions";
import type { Run } from "./run";
import { parseReplication } from "./sides";

const COUNTED_AT_ONCE = 4096;

export type Weighed = {
  readonly slots: readonly WeighedSlot[];
  /** The target holds keys of them already, though they are not its: they would be read, or deleted, as if they were. */
  readonly refused: readonly RefusedSlot[];
  readonly sourceReplId: string;
};

/** What each slot holds now. Bytes are keys by the mean of the source's whole data. */
export async function weighSlots(run: Run, slots: readonly Slot[]): Promise<Weighed> {
  const { source, target } = run;
  const [replication, memory, size] = await run.lines.ask(source, [
    ["INFO", "replication"],
    ["INFO", "memory"],
    ["DBSIZE"],
  ]);
  const dataset = Number(parseInfo(String(replyOf(memory, source))).used_memory_dataset ?? 0);
  const meanBytes = dataset / Math.max(1, Number(replyOf(size, source)));
  const [counts, strays] = await Promise.all([countKeys(run, source, slots), countKeys(run, target, slots)]);
  return {
    sourceReplId: parseReplication(String(replyOf(replication, source))).replId,
    slots: slots.flatMap((slot, i) => {
      const keys = counts[i] ?? 0;
      return strays[i] ? [] : [{ slot, keys, bytes: Math.round(keys * meanBytes) }];
    }),
    refused: slots.flatMap((slot, i) => (strays[i] ? [{ kind: "stray" as const, slot, keys: strays[i] }] : [])),
  };
}

export async function countKeys(run: Run, id: Run["source"], slots: readonly Slot[]): Promise<readonly number[]> {
  const counts: number[] = [];
  for (let at = 0; at < slots.length; at += COUNTED_AT_ONCE) {
    const some = slots.slice(at, at + COUNTED_AT_ONCE);
    const replies = await run.lines.ask(
      id,
      some.map((slot) => ["CLUSTER", "COUNTKEYSINSLOT", slot]),
    );
    counts.push(...some.map((_, i) => Number(replyOf(replies[i], id))));
  }
  return counts;
}
