import type { NodeId } from "@/lib/cluster/node";
import type { Slot } from "@/lib/cluster/slots";
import type { Command } from "@/server/link";
import { type Lines, replyOf } from "./lines";

export type SizedKey = { readonly slot: Slot; readonly key: Buffer; readonly bytes: number };

/** Elements looked at in a collection: all of a million-field hash would block the source for a second. */
const SAMPLES = 20;
/** Commands of one write, about a millisecond of work: the source serves its clients between two of them. */
const PER_WRITE = 250;

/** What the keys hold, by MEMORY USAGE; a key that is gone meanwhile is left out. */
export async function sizeKeys(
  lines: Lines,
  id: NodeId,
  keys: Iterable<readonly [Slot, Buffer]>,
): Promise<readonly SizedKey[]> {
  const wanted = [...keys];
  const sized: SizedKey[] = [];
  for (let at = 0; at < wanted.length; at += PER_WRITE) {
    const some = wanted.slice(at, at + PER_WRITE);
    const asked: Command[] = some.map(([, key]) => ["MEMORY", "USAGE", key, "SAMPLES", SAMPLES]);
    const settled = await lines.ask(id, asked);
    for (const [i, [slot, key]] of some.entries()) {
      const reply = settled[i];
      // A key that has left a MIGRATING slot is answered with ASK.
      if (reply && !reply.ok && /^(ASK|TRYAGAIN)$/.test(reply.error.prefix)) continue;
      const bytes = replyOf(reply, id);
      if (bytes !== null) sized.push({ slot, key, bytes: Number(bytes) });
    }
  }
  return sized;
}

export type Limits = { readonly keys: number; readonly bytes: number };

/** Slots with keys of one write: each is a MIGRATE of its own, and all share half of the node timeout (I12). */
export const CALLS_AT_MOST = 16;
/** Keys and bytes of one write, whatever the pace: some ten milliseconds in which both nodes serve nobody else. */
const WRITE: Limits = { keys: 400, bytes: 1024 * 1024 };

/** What goes in one write where so much may be half-moved. */
export function batchLimits(limits: Limits): Limits {
  return { keys: Math.min(limits.keys, WRITE.keys), bytes: Math.min(limits.bytes, WRITE.bytes) };
}

/** As many as the limits allow, in order; the first one always, so that a big one goes alone. */
export function takeBatch(keys: readonly SizedKey[], limits: Limits): readonly SizedKey[] {
  const slots = new Set<Slot>();
  let bytes = 0;
  let taken = 0;
  for (const key of keys) {
    slots.add(key.slot);
    if (taken > 0 && (taken >= limits.keys || bytes + key.bytes > limits.bytes || slots.size > CALLS_AT_MOST)) break;
    bytes += key.bytes;
    taken++;
  }
  return keys.slice(0, taken);
}

export function sumBytes(keys: readonly SizedKey[]): number {
  return keys.reduce((sum, key) => sum + key.bytes, 0);
}

/** Keys of one slot a call: MIGRATE refuses keys of two. */
export function bySlot(keys: readonly SizedKey[]): ReadonlyMap<Slot, readonly SizedKey[]> {
  const out = new Map<Slot, SizedKey[]>();
  for (const key of keys) {
    const same = out.get(key.slot);
    if (same) same.push(key);
    else out.set(key.slot, [key]);
  }
  return out;
}

export type Way = {
  readonly host: string;
  readonly port: number;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
};

export type MigrateOptions = { readonly way: Way; readonly timeoutMs: number; readonly replace?: boolean };

export function migrateCommand(keys: readonly SizedKey[], { way, timeoutMs, replace }: MigrateOptions): Command {
  const auth = way.password === undefined ? [] : way.user ? ["AUTH2", way.user, way.password] : ["AUTH", way.password];
  const names = keys.map(({ key }) => key);
  return ["MIGRATE", way.host, way.port, "", 0, timeoutMs, ...(replace ? ["REPLACE"] : []), ...auth, "KEYS", ...names];
}

/**
 * Server-side time-out of one of `calls` MIGRATEs of a write. The source runs them one after another without looking
 * at its cluster bus: all together must stay under half of the node timeout, or it is taken for dead (I12).
 */
export function migrateTimeoutMs(nodeTimeoutMs: number, calls: number): number {
  return Math.max(1, Math.floor(nodeTimeoutMs / 2 / Math.max(1, calls)));
}
