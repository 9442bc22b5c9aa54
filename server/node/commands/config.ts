import { matches } from "../clients/glob";
import { type Call, type Command, CommandError, keyOf } from "../command";
import { rewriteConfig } from "../config/rewrite";
import { nameOfParameter } from "../config/settings";
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

/** Where clients come in; said of it when that cannot be. */
const PLACES: ReadonlyMap<string, string> = new Map([
  ["port", "Unable to listen on this port. Check server logs."],
  ["bind", "Failed to bind to specified addresses."],
]);

const set =
  ({ settings }: Front) =>
  (call: Call) => {
    if (call.args.length % 2 === 1) throw wrongArguments("config|set");
    const wanted: (readonly [string, string])[] = [];
    for (let at = 2; at < call.args.length; at += 2) wanted.push([keyOf(call.args[at]), keyOf(call.args[at + 1])]);
    const place = wanted.map(([name]) => name.toLowerCase()).find((name) => PLACES.has(name));
    if (place !== undefined && !call.client.canBlock)
      throw new CommandError(`ERR CONFIG SET ${place} is not served inside a transaction: send it by itself`);
    const before = wanted.map(([name]) => [name, known(settings, name)] as const);
    settings.setAll(wanted);
    if (place === undefined) call.reply.ok();
    else move(call, place, () => settings.setAll(before));
  };

const known = (settings: Front["settings"], name: string): string => {
  const newer = nameOfParameter(name);
  return newer === undefined ? "" : settings.text(newer);
};

/** The client waits until the system has said yes or no. On a no all is as it was. */
function move({ client, node, reply }: Call, place: string, takeBack: () => void): void {
  client.block = { reason: "config", untilMs: undefined, timedOut: () => {}, gone: () => {} };
  node.world.relisten((error) => {
    if (error) takeBack();
    if (error)
      reply.error(`ERR CONFIG SET failed (possibly related to argument '${place}') - ${PLACES.get(place) ?? ""}`);
    else reply.ok();
    client.block = undefined;
  });
}

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
