import { keySlot } from "@/lib/cluster/key-slot";
import { eachSlot, SLOT_COUNT, type SlotRanges } from "@/lib/cluster/slots";
import type { SizeFacts } from "@/lib/plans/facts";
import type { Link } from "@/server/link";

/** Counted and sampled in parts, so that no single write keeps the node from its clients for long. */
const COUNTS_A_WRITE = 2048;
const KEYS_A_WRITE = 250;
/** With a thousand keys drawn at random the mean is off by 3 % of one standard deviation. */
const SAMPLE = 1000;
/** Elements looked at in a collection: more makes big keys truer and the node slower. */
const ELEMENTS = "5";
const NAME_CHARS = 80;

/** Keys in each slot that the node owns; −1 elsewhere. */
export async function countSlotKeys(link: Link, ranges: SlotRanges): Promise<readonly number[]> {
  const counts = new Array<number>(SLOT_COUNT).fill(-1);
  const slots = [...eachSlot(ranges)];
  for (let at = 0; at < slots.length; at += COUNTS_A_WRITE) {
    const part = slots.slice(at, at + COUNTS_A_WRITE);
    const replies = await link.pipeline(part.map((slot) => ["CLUSTER", "COUNTKEYSINSLOT", slot]));
    for (const [i, slot] of part.entries()) {
      const reply = replies[i];
      if (reply?.ok) counts[slot] = Number(reply.value);
    }
  }
  return counts;
}

/** Keys drawn at random, each with the memory it takes. Undefined when the node holds none, or will not tell. */
export async function sampleSizes(link: Link): Promise<SizeFacts | undefined> {
  const sizes = new Map<string, { readonly key: Buffer; readonly bytes: number }>();
  for (let drawn = 0; drawn < SAMPLE; drawn += KEYS_A_WRITE) {
    const fresh = (await drawKeys(link)).filter((key) => !sizes.has(key.toString("latin1")));
    const replies = await link.pipeline(fresh.map((key) => ["MEMORY", "USAGE", key, "SAMPLES", ELEMENTS]));
    for (const [i, key] of fresh.entries()) {
      const reply = replies[i];
      if (reply?.ok && typeof reply.value === "number") sizes.set(key.toString("latin1"), { key, bytes: reply.value });
    }
    if (fresh.length === 0) break;
  }
  const all = [...sizes.values()];
  if (all.length === 0) return undefined;
  const biggest = all.reduce((a, b) => (b.bytes > a.bytes ? b : a));
  return {
    bytesPerKey: all.reduce((sum, { bytes }) => sum + bytes, 0) / all.length,
    sampledKeys: all.length,
    biggest: { key: printable(biggest.key), slot: keySlot(biggest.key), bytes: biggest.bytes },
  };
}

export async function drawKeys(link: Link): Promise<readonly Buffer[]> {
  const draws = Array.from({ length: KEYS_A_WRITE }, () => ["RANDOMKEY"] as const);
  const replies = await link.pipeline(draws, { buffers: true });
  const keys = new Map<string, Buffer>();
  for (const reply of replies)
    if (reply.ok && Buffer.isBuffer(reply.value)) keys.set(reply.value.toString("latin1"), reply.value);
  return [...keys.values()];
}

/** Key names are bytes; what is not plain text is written as \xNN. */
export function printable(key: Buffer): string {
  const text = [...key].map((byte) =>
    byte >= 0x20 && byte < 0x7f && byte !== 0x5c
      ? String.fromCharCode(byte)
      : `\\x${byte.toString(16).padStart(2, "0")}`,
  );
  return text.length > NAME_CHARS ? `${text.slice(0, NAME_CHARS).join("")}…` : text.join("");
}
