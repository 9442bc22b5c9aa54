import { type Call, type Command, CommandError, keyOf, syntaxError } from "../command";
import type { Entry } from "../keyspace/database";
import { storedCodec } from "../keyspace/stored-codec";
import type { StoredValue } from "../keyspace/value";
import { FIRST_TWO, family, GROW, READ } from "./family";
import { helpCommand } from "./help";
import { numberOf, readInteger, upper } from "./numbers";

const SECOND = { first: 2, last: 2, step: 1 };
/** A string up to here lies in one piece with its object. */
const EMBEDDED_BYTES = 44;

function encodingOf(value: StoredValue): string {
  switch (value.type) {
    case "string":
      if (value.isRaw) return "raw";
      if (readInteger(value.bytes) !== undefined) return "int";
      return value.bytes.length <= EMBEDDED_BYTES ? "embstr" : "raw";
    case "list":
    case "hash":
    case "set":
    case "zset":
      return value.encoding;
    case "stream":
      return "stream";
    case "module":
      return "raw";
  }
}

/** What redis spends on a key, and on a name or a value in a table, beyond their bytes. */
const KEY_OVERHEAD = 48;
const NODE_OVERHEAD = 48;
const PACKED_OVERHEAD = 4;

function sizeOf(value: StoredValue): number {
  const named = (names: readonly string[], each: number) => names.reduce((sum, name) => sum + name.length + each, 0);
  const overheadOf = (encoding: string) =>
    ["listpack", "intset", "quicklist"].includes(encoding) ? PACKED_OVERHEAD : NODE_OVERHEAD;
  switch (value.type) {
    case "string":
      return readInteger(value.bytes) === undefined ? value.bytes.length : 0;
    case "list":
      return value.items.bytes + value.items.length * PACKED_OVERHEAD;
    case "hash":
      return (
        named(value.fields.names, overheadOf(value.encoding)) +
        value.fields.values.reduce((sum, bytes) => sum + bytes.length + PACKED_OVERHEAD, 0)
      );
    case "set":
      return named(value.members.names, overheadOf(value.encoding));
    case "zset":
      return named(value.sorted.scores.names, overheadOf(value.encoding) + 8);
    case "stream":
    case "module":
      return value.raw.bytes.length;
  }
}

const asks = (answer: (call: Call, entry: Entry) => void) => (call: Call) => {
  const entry = call.db.look(keyOf(call.args[2]));
  if (entry) answer(call, entry);
  else call.reply.nothing();
};

const SWITCHING =
  "Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust.";

const idletime = asks((call, { use }) => {
  const { usage } = call.db;
  if (usage.countsUse)
    throw new CommandError(`ERR An LFU maxmemory policy is selected, idle time not tracked. ${SWITCHING}`);
  call.reply.integer(usage.idleSeconds(use));
});

const freq = asks((call, { use }) => {
  const { usage } = call.db;
  if (!usage.countsUse)
    throw new CommandError(`ERR An LFU maxmemory policy is not selected, access frequency not tracked. ${SWITCHING}`);
  call.reply.integer(usage.frequency(use));
});

function usage(call: Call) {
  for (let at = 3; at < call.args.length; at += 2) {
    if (upper(call.args[at]) !== "SAMPLES" || at + 1 >= call.args.length) throw syntaxError();
    if (numberOf(call.args[at + 1]) < 0) throw syntaxError();
  }
  const key = keyOf(call.args[2]);
  const entry = call.db.look(key);
  if (entry) call.reply.integer(KEY_OVERHEAD + key.length + sizeOf(entry.value));
  else call.reply.nothing();
}

function copy(call: Call) {
  const { args, db, node, reply } = call;
  let index = db.number;
  let replaces = false;
  for (let at = 3; at < args.length; at++) {
    const word = upper(args[at]);
    if (word === "REPLACE") replaces = true;
    else if (word === "DB" && at + 1 < args.length) index = numberOf(args[++at]);
    else throw syntaxError();
  }
  if (node.cluster && index !== 0)
    throw new CommandError("ERR Copying to another database is not allowed in cluster mode");
  const target = node.keyspace.databases[index];
  if (!target) throw new CommandError("ERR DB index is out of range");
  const [from, to] = [keyOf(args[1]), keyOf(args[2])];
  if (target === db && from === to) throw new CommandError("ERR source and destination objects are the same");
  const entry = db.read(from);
  if (!entry || (target.read(to) && !replaces)) return reply.integer(0);
  const codec = storedCodec(node.settings);
  const copied = codec.decode(codec.encode(entry.value));
  if (copied.type === "string" && entry.value.type === "string" && entry.value.isRaw) copied.isRaw = true;
  target.set(to, copied, entry.expiresAtMs);
  call.dirty(1);
  reply.integer(1);
}

type About = { readonly name: string; readonly since: string; readonly summary: string; readonly run: Command["run"] };

const about = (group: string, { name, since, summary, run }: About): Command => ({
  name,
  arity: 3,
  flags: READ,
  keys: SECOND,
  group,
  since,
  summary,
  run,
});

export const objectCommands: readonly Command[] = [
  {
    name: "object",
    arity: -2,
    flags: [],
    group: "generic",
    since: "2.2.3",
    summary: "A container for object introspection commands",
    run: () => {},
    subcommands: [
      about("generic", {
        name: "encoding",
        since: "2.2.3",
        summary: "Inspect the internal encoding of a Redis object",
        run: asks((call, { value }) => call.reply.bulk(encodingOf(value))),
      }),
      about("generic", {
        name: "refcount",
        since: "2.2.3",
        summary: "Get the number of references to the value of the key",
        run: asks((call) => call.reply.integer(1)),
      }),
      about("generic", {
        name: "idletime",
        since: "2.2.3",
        summary: "Get the time since a Redis object was last accessed",
        run: idletime,
      }),
      about("generic", {
        name: "freq",
        since: "4.0.0",
        summary: "Get the logarithmic access frequency counter of a Redis object",
        run: freq,
      }),
      helpCommand("object", { group: "generic", since: "6.2.0" }),
    ],
  },
  {
    name: "memory",
    arity: -2,
    flags: [],
    group: "server",
    since: "4.0.0",
    summary: "A container for memory diagnostics commands",
    run: () => {},
    subcommands: [
      {
        ...about("server", {
          name: "usage",
          since: "4.0.0",
          summary: "Estimate the memory usage of a key",
          run: usage,
        }),
        arity: -3,
      },
      helpCommand("memory", { group: "server", since: "4.0.0" }),
    ],
  },
  ...family("generic", [
    { name: "copy", arity: -3, flags: GROW, keys: FIRST_TWO, since: "6.2.0", summary: "Copy a key", run: copy },
  ]),
];
