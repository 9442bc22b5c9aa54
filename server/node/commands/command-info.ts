import { matches } from "../clients/glob";
import { type Call, type Command, CommandError, keyOf, syntaxError } from "../command";
import type { Front } from "../dispatch/front";
import type { Known } from "../dispatch/known";
import { hasRightCount } from "../dispatch/table";
import type { Reply } from "../reply";
import { namesIn } from "./acl";
import { documentCommand } from "./command-docs";
import { keysAndFlags } from "./command-keys";
import { categoriesOf, tipsOf } from "./command-tips";
import { helpCommand } from "./help";
import { keySpecs, legacyRange, type Spec } from "./key-specs";
import { upper } from "./numbers";

/** Known here alone, and not told: redis keeps it to itself too. */
const SECRET = "may_replicate";

function describe(front: Front, known: Known, reply: Reply): void {
  const { command, fullName } = known;
  const isMovable = typeof command.keys === "function";
  const flags = new Set([...command.flags, ...(isMovable ? (["movablekeys"] as const) : [])]);
  flags.delete(SECRET);
  const specs = keySpecs(command, fullName);
  const subcommands = front.table.subcommands(command);
  reply.array(10);
  reply.bulk(fullName);
  reply.integer(command.arity);
  reply.set(flags.size);
  for (const flag of flags) reply.simple(flag);
  for (const place of placesOf(command, specs)) reply.integer(place);
  const found = categoriesOf(known);
  reply.set(found.length);
  for (const category of found) reply.simple(`@${category}`);
  const tips = tipsOf(fullName);
  reply.set(tips.length);
  for (const tip of tips) reply.bulk(tip);
  reply.set(specs.length);
  for (const spec of specs) describeSpec(spec, reply);
  if (subcommands.length === 0) reply.set(0);
  else reply.array(subcommands.length);
  for (const sub of subcommands) describe(front, sub, reply);
}

function placesOf({ keys }: Command, specs: readonly Spec[]): readonly [number, number, number] {
  return keys && typeof keys !== "function" ? [keys.first, keys.last, keys.step] : legacyRange(specs);
}

function describeSpec({ note, flags, begin, find }: Spec, reply: Reply): void {
  reply.map(note === undefined ? 3 : 4);
  if (note !== undefined) {
    reply.bulk("notes");
    reply.bulk(note);
  }
  reply.bulk("flags");
  reply.set(flags.length);
  for (const flag of flags) reply.simple(flag);
  reply.bulk("begin_search");
  if (!begin) part(reply, "unknown", {});
  else part(reply, "index" in begin ? "index" : "keyword", begin);
  reply.bulk("find_keys");
  if (!find) part(reply, "unknown", {});
  else if (find === "counted") part(reply, "keynum", { keynumidx: 0, firstkey: 1, keystep: 1 });
  else part(reply, "range", { lastkey: find.last, keystep: find.step, limit: 0 });
}

function part(reply: Reply, type: string, values: Readonly<Record<string, string | number>>): void {
  reply.map(2);
  reply.bulk("type");
  reply.bulk(type);
  reply.bulk("spec");
  reply.map(Object.keys(values).length);
  for (const [name, value] of Object.entries(values)) {
    reply.bulk(name);
    if (typeof value === "number") reply.integer(value);
    else reply.bulk(value);
  }
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
  for (const known of found) documentCommand(front, known, call.reply);
};

/** All of them, subcommands too, or those that a filter leaves. */
function listed(front: Front, args: readonly Buffer[]): readonly string[] {
  const names = [...front.table.all]
    .flatMap((known) => [known, ...front.table.subcommands(known.command)])
    .map(({ fullName }) => fullName);
  if (args.length === 2) return names;
  if (args.length !== 5 || upper(args[2]) !== "FILTERBY") throw syntaxError();
  const wanted = keyOf(args[4]);
  switch (upper(args[3])) {
    case "PATTERN":
      return names.filter((name) => matches(wanted, name, { ignoresCase: true }));
    case "ACLCAT":
      return namesIn(front, wanted.toLowerCase());
    case "MODULE":
      return [];
    default:
      throw syntaxError();
  }
}

const list = (front: Front) => (call: Call) => {
  const names = listed(front, call.args);
  call.reply.array(names.length);
  for (const name of names) call.reply.bulk(name);
};

const getkeys = (front: Front, withFlags: boolean) => (call: Call) => {
  const { reply } = call;
  const args = call.args.slice(2);
  const known = front.table.ofCall(args);
  if (!known) throw new CommandError("ERR Invalid command specified");
  if (keySpecs(known.command, known.fullName).every(({ flags }) => flags.includes("not_key")))
    throw new CommandError("ERR The command has no key arguments");
  if (!hasRightCount(known.command, args))
    throw new CommandError("ERR Invalid number of arguments specified for command");
  const keys = keysAndFlags(known, args);
  if (!keys || keys.length === 0) throw new CommandError("ERR Invalid arguments specified for command");
  reply.array(keys.length);
  for (const { key, flags } of keys) {
    if (withFlags) reply.array(2);
    reply.bulk(key);
    if (!withFlags) continue;
    reply.set(flags.length);
    for (const flag of flags) reply.simple(flag);
  }
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
      run: getkeys(front, false),
    },
    {
      ...shared,
      name: "getkeysandflags",
      arity: -4,
      summary: "Extract keys and access flags given a full Redis command",
      since: "7.0.0",
      run: getkeys(front, true),
    },
    helpCommand("command", { group: "server", since: "5.0.0" }),
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
