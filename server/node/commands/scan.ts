import { SLOT_COUNT } from "@/lib/cluster/slots";
import { matches } from "../clients/glob";
import { type Call, type Command, CommandError, keyOf, notInteger, syntaxError } from "../command";
import type { Database, Key } from "../keyspace/database";
import { readInteger, upper } from "./numbers";

/**
 * SCAN walks slot by slot, and a slot of many keys in shares: those whose hash ends alike. The cursor says all: the slot, how
 * many bits of the hash make a share, and which share is next. So whoever is there all the time is told at least once, and no
 * reply is much longer than a share, whatever comes and goes between two calls.
 */
type Cursor = { readonly slot: number; readonly bits: number; readonly share: number };

const SHARE_KEYS = 512;
const MAX_BITS = 20;
const SLOTS = BigInt(SLOT_COUNT);

const START: Cursor = { slot: 0, bits: 0, share: 0 };

export function readCursor(bytes: Buffer | undefined): Cursor | undefined {
  const text = keyOf(bytes);
  if (!/^\d{1,20}$/.test(text)) throw new CommandError("ERR invalid cursor");
  const value = BigInt(text);
  const bits = Number((value / SLOTS) % 32n);
  const share = Number(value / SLOTS / 32n);
  const isOurs = bits <= MAX_BITS && share < 2 ** bits;
  return isOurs ? { slot: Number(value % SLOTS), bits, share } : undefined;
}

export const cursorText = ({ slot, bits, share }: Cursor): string => String(slot + SLOT_COUNT * (bits + 32 * share));

const HASH_START = 0x811c9dc5;
const HASH_FACTOR = 0x01000193;

function hashOf(key: Key): number {
  let hash = HASH_START;
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), HASH_FACTOR);
  return hash ^ (hash >>> 15);
}

/** About `count` keys from the cursor on, and where it goes on; undefined: all was seen. */
export function walk(
  db: Database,
  from: Cursor,
  count: number,
): { readonly keys: readonly Key[]; readonly next: Cursor | undefined } {
  const keys: Key[] = [];
  let { slot, bits, share } = from;
  while (slot < SLOT_COUNT) {
    const held = db.slot(slot);
    if (held) {
      if (share === 0 && bits === 0 && held.size > SHARE_KEYS)
        bits = Math.min(MAX_BITS, Math.ceil(Math.log2(held.size / SHARE_KEYS)));
      const mask = 2 ** bits - 1;
      for (const key of held.keys()) if (bits === 0 || (hashOf(key) & mask) === share) keys.push(key);
    }
    share++;
    if (!held || share >= 2 ** bits) {
      slot++;
      bits = 0;
      share = 0;
    }
    if (keys.length >= count) break;
  }
  return { keys, next: slot < SLOT_COUNT ? { slot, bits, share } : undefined };
}

function scan(call: Call): void {
  const { args, db, reply } = call;
  const cursor = readCursor(args[1]);
  let pattern = "*";
  let count = 10;
  let type: string | undefined;
  for (let at = 2; at < args.length; at += 2) {
    const word = upper(args[at]);
    const value = args[at + 1];
    if (!value) throw syntaxError();
    if (word === "COUNT") {
      const said = readInteger(value);
      if (said === undefined) throw notInteger();
      if (said < 1n) throw syntaxError();
      count = Number(said);
    } else if (word === "MATCH") pattern = keyOf(value);
    else if (word === "TYPE") type = keyOf(value).toLowerCase();
    else throw syntaxError();
  }
  const { keys, next } = cursor ? walk(db, cursor, count) : { keys: [], next: undefined };
  const found = keys.filter((key) => {
    if (!matches(pattern, key)) return false;
    const entry = db.read(key);
    return entry !== undefined && (type === undefined || entry.value.type === type);
  });
  reply.array(2);
  reply.bulk(next ? cursorText(next) : cursorText(START));
  reply.array(found.length);
  for (const key of found) reply.bulk(key);
}

export const scanCommands: readonly Command[] = [
  {
    name: "scan",
    arity: -2,
    flags: ["readonly"],
    summary: "Incrementally iterate the keys space",
    group: "generic",
    since: "2.8.0",
    run: scan,
  },
];
