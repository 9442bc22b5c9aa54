import { keySlot } from "@/lib/cluster/key-slot";
import { slotTags } from "@/lib/cluster/slot-tags";
import { hasSlot, type Slot, type SlotRanges } from "@/lib/cluster/slots";
import { type Command, Link } from "@/server/link";
import type { TestNode } from "@/server/testing/node";

/** A small seeded generator (mulberry32): tests print their seed, so that a failure can be had again. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export function announceSeed(name: string): number {
  const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1e9));
  process.stdout.write(`seed of "${name}": ${seed}\n`);
  return seed;
}

const tags = slotTags();
/** A hash tag for every slot. */
export const tagOf = (slot: Slot): string => tags[slot] ?? "";

export type Entry = { readonly key: Buffer; readonly value: Buffer; readonly expiresMs: number | undefined };

/** What the cluster must hold, whatever happens to it. Keys are compared byte by byte. */
export type Model = Map<string, Entry>;
export const nameOf = (key: Buffer) => key.toString("latin1");

export type FillOptions = {
  readonly slots: Iterable<Slot>;
  readonly keysPerSlot: number;
  readonly valueBytes?: number;
  /** Every n-th key lives for a while only. */
  readonly ttlEvery?: number;
  readonly prefix?: string;
};

export function makeEntries({
  slots,
  keysPerSlot,
  valueBytes = 100,
  ttlEvery = 0,
  prefix = "k",
}: FillOptions): Entry[] {
  const entries: Entry[] = [];
  for (const slot of slots)
    for (let i = 0; i < keysPerSlot; i++) {
      const isShortLived = ttlEvery > 0 && i % ttlEvery === 0;
      const text = `${prefix}:${slot}:${i}:`;
      entries.push({
        key: Buffer.from(`{${tagOf(slot)}}:${prefix}:${i}`),
        value: Buffer.from(text + "x".repeat(Math.max(0, valueBytes - text.length))),
        expiresMs: isShortLived ? Date.now() + 600_000 + entries.length : undefined,
      });
    }
  return entries;
}

/** Names that broke one tool or another: binary, empty, quotes, line ends, wildcards, marks of right-to-left text. */
export function hostileKeys(count: number, random: () => number): Buffer[] {
  const fixed = [
    "",
    " ",
    "\r\n",
    '"',
    "'",
    "\\",
    "*",
    "\u202eabc",
    "a\0b",
    "{}",
    "{",
    "}{",
    "{}x",
    "key\r\nSET x 1",
    "\x00",
    "ключ",
  ];
  const keys = fixed.map((text) => Buffer.from(text));
  while (keys.length < count) {
    const length = 1 + Math.floor(random() * 40);
    keys.push(Buffer.from(Array.from({ length }, () => Math.floor(random() * 256))));
  }
  return keys;
}

type Owner = { readonly node: TestNode; readonly ranges: SlotRanges };

/** Writes entries to whoever owns their slots, in big pipelines. */
export async function fill(owners: readonly Owner[], entries: readonly Entry[], model?: Model): Promise<void> {
  for (const { node, ranges } of owners) {
    const mine = entries.filter(({ key }) => hasSlot(ranges, keySlot(key)));
    await pipe(
      node,
      mine.map(({ key, value, expiresMs }) => ["SET", key, value, ...(expiresMs ? ["PXAT", expiresMs] : [])]),
    );
  }
  for (const entry of entries) model?.set(nameOf(entry.key), entry);
}

export async function pipe(node: TestNode, commands: readonly Command[]): Promise<unknown[]> {
  const link = await Link.open({ endpoint: node.endpoint });
  const out: unknown[] = [];
  try {
    for (let at = 0; at < commands.length; at += 2000)
      for (const settled of await link.pipeline(commands.slice(at, at + 2000), { buffers: true, timeoutMs: 20_000 }))
        out.push(settled.ok ? settled.value : settled.error);
  } finally {
    link.close();
  }
  return out;
}
