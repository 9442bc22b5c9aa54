import { CRC64_BYTES, Crc64 } from "@/server/rdb/crc64";
import { dumpOf, readDump } from "@/server/rdb/dump";
import { recode } from "@/server/rdb/recode";
import { type Call, CommandError, keyOf, syntaxError } from "../command";
import { storedCodec } from "../keyspace/stored-codec";
import type { StoredValue } from "../keyspace/value";
import { RDB_VERSION } from "../replication/value-codec";
import { FIRST, family, GROW, READ } from "./family";
import { numberOf, upper } from "./numbers";

const target = { version: RDB_VERSION, accepts: ["packed-borders"] } as const;

function dump(call: Call) {
  const entry = call.db.read(keyOf(call.args[1]));
  if (!entry) return call.reply.nothing();
  const value = storedCodec(call.node.settings).encode(entry.value);
  call.reply.bulk(dumpOf(recode(value, target, "the key").value, RDB_VERSION));
}

type Options = { replaces: boolean; isPoint: boolean };

function readOptions(args: readonly Buffer[]): Options {
  const options: Options = { replaces: false, isPoint: false };
  let hints: "idle" | "frequency" | undefined;
  for (let at = 4; at < args.length; at++) {
    const word = upper(args[at]);
    if (word === "REPLACE") options.replaces = true;
    else if (word === "ABSTTL") options.isPoint = true;
    else if (word === "IDLETIME" && at + 1 < args.length && hints !== "frequency") {
      if (numberOf(args[++at]) < 0) throw new CommandError("ERR Invalid IDLETIME value, must be >= 0");
      hints = "idle";
    } else if (word === "FREQ" && at + 1 < args.length && hints !== "idle") {
      const frequency = numberOf(args[++at]);
      if (frequency < 0 || frequency > 255) throw new CommandError("ERR Invalid FREQ value, must be >= 0 and <= 255");
      hints = "frequency";
    } else throw syntaxError();
  }
  return options;
}

/** A value out of what DUMP answered. A version above 10 is refused as redis 7.0 refuses it. */
function restored(call: Call, payload: Buffer): StoredValue {
  const wrong = () => new CommandError("ERR DUMP payload version or checksum are wrong");
  const summed = payload.length - CRC64_BYTES;
  if (summed < 3 || payload.readUInt16LE(summed - 2) > RDB_VERSION) throw wrong();
  if (!new Crc64().update(payload, 0, summed).digest().equals(payload.subarray(summed))) throw wrong();
  try {
    return storedCodec(call.node.settings).decode(readDump(payload).value);
  } catch {
    throw new CommandError("ERR Bad data format");
  }
}

function restore(call: Call) {
  const { args, db, now, reply } = call;
  const [, name, time, payload] = args;
  const options = readOptions(args);
  const key = keyOf(name);
  const held = db.read(key);
  if (held && !options.replaces) throw new CommandError("BUSYKEY Target key name already exists.");
  const ttl = numberOf(time);
  if (ttl < 0) throw new CommandError("ERR Invalid TTL value, must be >= 0");
  const value = restored(call, payload as Buffer);
  const expiresAtMs = ttl === 0 ? undefined : options.isPoint ? ttl : now + ttl;
  call.dirty(1);
  if (expiresAtMs !== undefined && expiresAtMs <= now && call.client.kind !== "primary") {
    if (db.delete(key)) call.tell(["DEL", key]);
    else call.tell();
    return reply.ok();
  }
  db.set(key, value, expiresAtMs);
  if (expiresAtMs !== undefined && !options.isPoint)
    call.tell(["RESTORE", key, String(expiresAtMs), payload as Buffer, ...args.slice(4), "ABSTTL"]);
  reply.ok();
}

const entries = [
  {
    name: "dump",
    arity: 2,
    flags: READ,
    since: "2.6.0",
    summary: "Return a serialized version of the value stored at the specified key.",
    run: dump,
  },
  {
    name: "restore",
    arity: -4,
    flags: GROW,
    since: "2.6.0",
    summary: "Create a key using the provided serialized value, previously obtained using DUMP.",
    run: restore,
  },
  {
    name: "restore-asking",
    arity: -4,
    flags: [...GROW, "asking"] as const,
    keys: FIRST,
    since: "3.0.0",
    summary: "An internal command for migrating keys in a cluster",
    run: restore,
  },
];

export const dumpCommands = family("generic", entries);
