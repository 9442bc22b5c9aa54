import { matches } from "../clients/glob";
import { type Call, type Command, CommandError, keyOf } from "../command";
import { rewriteConfig } from "../config/rewrite";
import type { Front } from "../dispatch/front";
import { wrongArguments } from "../dispatch/table";
import { helpCommand } from "./help";

const get =
  ({ settings }: Front) =>
  (call: Call) => {
    const patterns = call.args.slice(2).map((arg) => keyOf(arg).toLowerCase());
    const found = [...settings.all()].filter(([name]) => patterns.some((pattern) => matches(pattern, name)));
    call.reply.map(found.length);
    for (const [name, value] of found) {
      call.reply.bulk(name);
      call.reply.bulk(value);
    }
  };

const set =
  ({ settings }: Front) =>
  (call: Call) => {
    if (call.args.length % 2 === 1) throw wrongArguments("config|set");
    const wanted: (readonly [string, string])[] = [];
    for (let at = 2; at < call.args.length; at += 2) wanted.push([keyOf(call.args[at]), keyOf(call.args[at + 1])]);
    settings.setAll(wanted);
    call.reply.ok();
  };

const rewrite =
  ({ settings, host, node }: Front) =>
  (call: Call) => {
    if (host.configFile === "") throw new CommandError("ERR The server is running without a config file");
    const { disk } = node.world;
    try {
      const before = disk.read(host.configFile)?.toString("latin1") ?? "";
      disk.write(host.configFile, Buffer.from(rewriteConfig(before, settings), "latin1"));
    } catch (error) {
      throw new CommandError(`ERR Rewriting config file: ${(error as Error).message}`);
    }
    call.reply.ok();
  };

/** The table of commands is not there yet when its commands are made. */
const resetstat = (front: Front) => (call: Call) => {
  const { stats, table, node } = front;
  stats.reset();
  node.replication.resetCounts();
  for (const known of table.all) Object.assign(known, { calls: 0, usec: 0, rejected: 0, failed: 0 });
  for (const database of node.keyspace.databases) Object.assign(database, { hits: 0, misses: 0 });
  call.reply.ok();
};

export const configCommands = (front: Front): readonly Command[] => {
  const shared = { group: "server", flags: ["admin", "noscript", "loading", "stale"] as const };
  const subcommands: readonly Command[] = [
    {
      ...shared,
      name: "get",
      arity: -3,
      summary: "Get the values of configuration parameters",
      since: "2.0.0",
      run: get(front),
    },
    {
      ...shared,
      name: "set",
      arity: -4,
      summary: "Set configuration parameters to the given values",
      since: "2.0.0",
      run: set(front),
    },
    {
      ...shared,
      name: "rewrite",
      arity: 2,
      summary: "Rewrite the configuration file with the in memory configuration",
      since: "2.8.0",
      run: rewrite(front),
    },
    {
      ...shared,
      name: "resetstat",
      arity: 2,
      summary: "Reset the stats returned by INFO",
      since: "2.0.0",
      run: resetstat(front),
    },
    helpCommand("config", { group: "server", since: "5.0.0" }),
  ];
  return [
    {
      name: "config",
      arity: -2,
      flags: [],
      group: "server",
      summary: "A container for server configuration commands",
      since: "2.0.0",
      subcommands,
      run: () => {},
    },
  ];
};
