import type { Redis } from "ioredis";
import { keySlot } from "@/lib/cluster/key-slot";
import { slotTags } from "@/lib/cluster/slot-tags";
import { eachSlot, hasSlot, SLOT_COUNT, type SlotRanges } from "@/lib/cluster/slots";
import type { FaultCluster, Owners } from "./cluster";
import type { FaultNode } from "./nodes";
import { clean, type Outcome } from "./target";

/** The checker: what every key has to be, byte for byte as DUMP tells it, and when it has to expire. */
export type Expected = ReadonlyMap<string, { readonly dump: Buffer; readonly expiresMs: number }>;

export type Writing = { readonly name: string; readonly commands: readonly (readonly (string | number | Buffer)[])[] };

/** A server that holds SETSLOT for its replicas was seen to leave the rest of a longer write unread. */
const CHUNK = 100;
/** Between two servers of one machine; R27 asks for 5 ms, and measures it. */
const TTL_OFF_MS = 500;

const tags = slotTags();
/** A hash tag for every slot. */
export const tagOf = (slot: number): string => tags[slot] ?? "";

export type FillOptions = {
  readonly ranges: SlotRanges;
  readonly keysPerSlot: number;
  readonly bytes?: number;
  readonly prefix?: string;
};

/** Strings, every third of which lives for a while only. */
export function plainKeys({ ranges, keysPerSlot, bytes = 100, prefix = "k" }: FillOptions): readonly Writing[] {
  return [...eachSlot(ranges)].flatMap((slot) =>
    Array.from({ length: keysPerSlot }, (_, i) => {
      const name = `{${tagOf(slot)}}:${prefix}:${i}`;
      const value = `${prefix}:${slot}:${i}:`.padEnd(bytes, "x");
      const life = i % 3 === 0 ? ["PX", 3_600_000 + slot] : [];
      return { name, commands: [["SET", name, value, ...life]] };
    }),
  );
}

/** Written to whoever owns the slots, waited for on a replica where there is one, and read back as what is expected. */
export async function write(cluster: FaultCluster, owners: Owners, writings: readonly Writing[]): Promise<Expected> {
  const expected = new Map<string, { dump: Buffer; expiresMs: number }>();
  for (const [node, ranges] of owners) {
    const mine = writings.filter(({ name }) => hasSlot(ranges, keySlot(name)));
    if (mine.length === 0) continue;
    await pipe(
      node.redis,
      mine.flatMap(({ commands }) => commands),
    );
    if (cluster.replicas.length > 0) await node.redis.wait(1, 20_000);
    for (const [name, one] of await read(
      node,
      mine.map(({ name }) => name),
    ))
      if (one) expected.set(name, one);
  }
  return expected;
}

type Found = { readonly dump: Buffer; readonly expiresMs: number };

async function read(
  node: FaultNode,
  names: readonly string[],
): Promise<readonly (readonly [string, Found | undefined])[]> {
  const replies = await pipe(
    node.redis,
    names.flatMap((name) => [
      ["DUMP", name],
      ["PEXPIRETIME", name],
    ]),
  );
  return names.map((name, i) => {
    const [dump, expires] = [replies[2 * i], Number(replies[2 * i + 1])];
    return [name, Buffer.isBuffer(dump) ? { dump, expiresMs: expires } : undefined];
  });
}

export type Compared = Outcome & { readonly worstTtlMs: number };

/** Every key on the owner of its slot as it was, and nothing of it anywhere else. */
export async function compare(owners: Owners, expected: Expected): Promise<Compared> {
  const [lost, wrong]: [string[], string[]] = [[], []];
  let [stray, worstTtlMs] = [0, 0];
  const left = new Set(expected.keys());
  for (const [node, ranges] of owners) {
    if (ranges.length === 0) continue;
    const mine = [...left].filter((name) => hasSlot(ranges, keySlot(name)));
    for (const [name, found] of await read(node, mine)) {
      left.delete(name);
      const wanted = expected.get(name);
      if (!wanted) continue;
      if (!found) lost.push(name);
      else if (!found.dump.equals(wanted.dump)) wrong.push(`${name} has another value`);
      else {
        const off = found.expiresMs === wanted.expiresMs ? 0 : Math.abs(found.expiresMs - wanted.expiresMs);
        worstTtlMs = Math.max(worstTtlMs, off);
        if (off > TTL_OFF_MS) wrong.push(`${name} expires ${off} ms from when it should`);
      }
    }
    stray += await countStray(node, ranges);
  }
  for (const name of left) lost.push(name);
  const trouble = [
    ...(lost.length > 0 ? [`lost ${lost.length} of ${expected.size}: ${lost.slice(0, 5).join(", ")}`] : []),
    ...(stray > 0 ? [`${stray} keys lie outside their owner`] : []),
    ...wrong.slice(0, 5),
  ];
  return { ...clean, lost: lost.length, wrong: wrong.length + stray, trouble, worstTtlMs };
}

async function countStray({ redis }: FaultNode, ranges: SlotRanges): Promise<number> {
  const others = [...eachSlot([[0, SLOT_COUNT - 1]])].filter((slot) => !hasSlot(ranges, slot));
  const counts = await pipe(
    redis,
    others.map((slot) => ["CLUSTER", "COUNTKEYSINSLOT", slot]),
  );
  return counts.reduce<number>((sum, count) => sum + Number(count), 0);
}

export async function pipe(
  redis: Redis,
  commands: readonly (readonly (string | number | Buffer)[])[],
): Promise<readonly unknown[]> {
  const out: unknown[] = [];
  for (let at = 0; at < commands.length; at += CHUNK) {
    const replies = await Promise.all(
      commands.slice(at, at + CHUNK).map(([name = "", ...rest]) => redis.callBuffer(String(name), ...rest)),
    );
    out.push(...replies);
  }
  return out;
}
