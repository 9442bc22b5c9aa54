import type { Call } from "../command";
import type { Scored } from "../keyspace/sorted-set";
import { readZset, settleZset, writeZset } from "./zset-values";

export type PopEnd = "MIN" | "MAX";

export function popScored(where: Pick<Call, "db">, key: string, end: PopEnd, count: number): readonly Scored[] {
  const zset = writeZset(where, key);
  if (!zset || count === 0) return [];
  const { size } = zset.sorted;
  const taken =
    end === "MIN"
      ? zset.sorted.slice(0, count - 1)
      : [...zset.sorted.slice(Math.max(0, size - count), size - 1)].reverse();
  for (const { member } of taken) zset.sorted.remove(member);
  settleZset(where, key, zset);
  return taken;
}

/** The first of the keys that holds a member, popped and answered as `[key, [[member, score]…]]`. */
export function popFirstScored(
  call: Pick<Call, "db" | "reply">,
  keys: readonly string[],
  { end, count }: { readonly end: PopEnd; readonly count: number },
): { readonly key: string; readonly taken: number } | undefined {
  for (const key of keys) {
    if (!readZset(call, key)) continue;
    const taken = popScored(call, key, end, count);
    call.reply.array(2);
    call.reply.bulk(key);
    call.reply.array(taken.length);
    for (const { member, score } of taken) {
      call.reply.array(2);
      call.reply.bulk(member);
      call.reply.double(score);
    }
    return { key, taken: taken.length };
  }
  return undefined;
}
