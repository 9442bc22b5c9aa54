import { matches } from "../clients/glob";
import { type Call, type Command, CommandError, keyOf, syntaxError } from "../command";
import type { Front } from "../dispatch/front";
import type { Known } from "../dispatch/known";
import { hasRightCount, keysOf } from "../dispatch/table";
import type { Reply } from "../reply";
import { upper } from "./numbers";

/** First, last and step as COMMAND says them; zeros where a function finds the keys. */
function places({ keys }: Command): readonly [number, number, number] {
  if (!keys || typeof keys === "function") return [0, 0, 0];
  return [keys.first, keys.last, keys.step];
}

const GROUPS: Readonly<Record<string, string>> = { "sorted-set": "sortedset", transactions: "transaction" };

function categories({ command }: Known): readonly string[] {
  const { flags, group } = command;
  const found = new Set<string>();
  if (flags.includes("write")) found.add("@write");
  if (flags.includes("readonly")) found.add("@read");
  if (flags.includes("admin")) found.add("@admin").add("@dangerous");
  if (flags.includes("pubsub")) found.add("@pubsub");
  if (flags.includes("blocking")) found.add("@blocking");
  if (group === "generic") found.add("@keyspace");
  else if (group !== "server" && group !== "cluster") found.add(`@${GROUPS[group] ?? group}`);
  found.add(flags.includes("fast") ? "@fast" : "@slow");
  return [...found];
}

function describe(front: Front, known: Known, reply: Reply): void {
  const { command } = known;
  const isMovable = typeof command.keys === "function";
  const flags = [...command.flags, ...(isMovable ? (["movablekeys"] as const) : [])];
  const subcommands = front.table.subcommands(command);
  reply.array(10);
  reply.bulk(known.fullName);
  reply.integer(command.arity);
  reply.set(new Set(flags).size);
  for (const flag of new Set(flags)) reply.simple(flag);
  for (const place of places(command)) reply.integer(place);
  const found = categories(known);
  reply.set(found.length);
  for (const category of found) reply.simple(category);
  reply.array(0);
  reply.array(0);
  reply.array(subcommands.length);
  for (const sub of subcommands) describe(front, sub, reply);
}

function document(front: Front, known: Known, reply: Reply): void {
  const { command } = known;
  const subcommands = front.table.subcommands(command);
  reply.bulk(known.fullName);
  reply.map(subcommands.length > 0 ? 4 : 3);
  for (const field of ["summary", "since", "group"] as const) {
    reply.bulk(field);
    reply.bulk(command[field]);
  }
  if (subcommands.length === 0) return;
  reply.bulk("subcommands");
  reply.map(subcommands.length);
  for (const sub of subcommands) document(front, sub, reply);
}

const all = (front: Front) => (call: Call) => {
  call.reply.array(front.table.size);
  for (const known of front.table.all) describe(front, known, call.reply);
};

const info = (front: Front) => (call: Call) => {
  if (call.args.length === 2) {
    all(front)(call);
    return;
  }
  call.reply.array(call.args.length - 2);
  for (const arg of call.args.slice(2)) {
    const known = front.table.named(keyOf(arg));
    if (known) describe(front, known, call.reply);
    else call.reply.nothing();
  }
};

const docs = (front: Front) => (call: Call) => {
  const named = call.args.slice(2).map((arg) => front.table.named(keyOf(arg)));
  const found = call.args.length > 2 ? named.filter((known) => known !== undefined) : [...front.table.all];
  call.reply.map(found.length);
  for (const known of found) document(front, known, call.reply);
};

const list = (front: Front) => (call: Call) => {
  const { args } = call;
  let names = [...front.table.all]
    .flatMap((known) => [known, ...front.table.subcommands(known.command)])
    .map(({ fullName }) => fullName);
  if (args.length > 2) {
    if (args.length !== 5 || upper(args[2]) !== "FILTERBY" || upper(args[3]) !== "PATTERN") throw syntaxError();
    names = names.filter((name) => matches(keyOf(args[4]), name, { ignoresCase: true }));
  }
  call.reply.array(names.length);
  for (const name of names) call.reply.bulk(name);
};

const getkeys = (front: Front) => (call: Call) => {
  const args = call.args.slice(2);
  const known = front.table.named(keyOf(args[0]));
  if (!known) throw new CommandError("ERR Invalid command specified");
  if (!known.command.keys) throw new CommandError("ERR The command has no key arguments");
  if (!hasRightCount(known.command, args))
    throw new CommandError("ERR Invalid number of arguments specified for command");
  const keys = keysOf(known.command, args);
  if (keys.length === 0) throw new CommandError("ERR Invalid arguments specified for command");
  call.reply.array(keys.length);
  for (const key of keys) call.reply.bulk(key);
};

export const commandCommands = (front: Front): readonly Command[] => {
  const shared = { group: "server", flags: ["loading", "stale"] as const };
  const subcommands: readonly Command[] = [
    {
      ...shared,
      name: "count",
      arity: 2,
      summary: "Get total number of Redis commands",
      since: "2.8.13",
      run: (call) => call.reply.integer(front.table.size),
    },
    {
      ...shared,
      name: "info",
      arity: -2,
      summary: "Get array of specific Redis command details, or all when no argument is given.",
      since: "2.8.13",
      run: info(front),
    },
    {
      ...shared,
      name: "docs",
      arity: -2,
      summary: "Get array of specific Redis command documentation",
      since: "7.0.0",
      run: docs(front),
    },
    {
      ...shared,
      name: "list",
      arity: -2,
      summary: "Get an array of Redis command names",
      since: "7.0.0",
      run: list(front),
    },
    {
      ...shared,
      name: "getkeys",
      arity: -4,
      summary: "Extract keys given a full Redis command",
      since: "2.8.13",
      run: getkeys(front),
    },
  ];
  return [
    {
      ...shared,
      name: "command",
      arity: -1,
      summary: "Get array of Redis command details",
      since: "2.8.13",
      subcommands,
      run: all(front),
    },
  ];
};
