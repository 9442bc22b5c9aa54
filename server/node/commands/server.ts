import { type Call, type Command, CommandError, keyOf, syntaxError } from "../command";
import { type Front, sessionOf } from "../dispatch/front";
import { shutdownWay } from "../shutdown";
import { aclCommand } from "./acl";
import { helpCommand } from "./help";
import { latencyCommand } from "./latency";
import { readDouble, readInteger, upper } from "./numbers";

const group = "server";
const MICROSECONDS = 1000;

function time(call: Call): void {
  const now = call.node.world.now();
  call.reply.array(2);
  call.reply.bulk(String(Math.floor(now / 1000)));
  call.reply.bulk(String((now % 1000) * MICROSECONDS));
}

const shutdown =
  ({ shutdown }: Front) =>
  ({ args, client, reply }: Call) => {
    const words = args.slice(1).map(keyOf);
    if (words.length === 1 && words[0]?.toLowerCase() === "abort") {
      if (!shutdown.abort()) throw new CommandError("ERR No shutdown in progress.");
      reply.ok();
      return;
    }
    const way = shutdownWay(words);
    if (!way || words.some((word) => word.toLowerCase() === "default")) throw syntaxError();
    shutdown.begin(way, client);
  };

const NOT_ALLOWED =
  'ERR DEBUG command not allowed. If the enable-debug-command option is set to "local", you can run it from a local connection, otherwise you need to set this option in the configuration file, and then restart the server.';
const MAX_SLEEP_SECONDS = 3600;

const debug = (front: Front) => (call: Call) => {
  const allowed = front.settings.text("enable-debug-command");
  const isLocal = /^(127\.|::1$)/.test(call.client.remote.host);
  if (allowed === "no" || (allowed === "local" && !isLocal)) throw new CommandError(NOT_ALLOWED);
  const what = upper(call.args[1]);
  if (what === "SLEEP" && call.args.length === 3) {
    const seconds = readDouble(call.args[2]) ?? 0;
    front.host.sleep(Math.min(Math.max(0, seconds), MAX_SLEEP_SECONDS) * 1000);
    call.reply.ok();
  } else if (what === "SEGFAULT") front.host.crash();
  else if (what === "SET-ACTIVE-EXPIRE" && call.args.length === 3) {
    front.setActiveExpiry(keyOf(call.args[2]) !== "0");
    call.reply.ok();
  } else
    throw new CommandError(
      `ERR unknown subcommand or wrong number of arguments for '${keyOf(call.args[1])}'. Try DEBUG HELP.`,
    );
};

const monitor = (front: Front) => (call: Call) => {
  const session = sessionOf(call);
  if (!session.canBlock) throw new CommandError("ERR MONITOR isn't allowed for DENY BLOCKING client");
  if (session.isMonitor || session.kind === "replica") return;
  front.monitors.add(session);
  call.reply.ok();
};

const ALL_SLOW = -1n;

const slowlogGet =
  ({ slowlog }: Front) =>
  (call: Call) => {
    const wanted = call.args[2] ? readInteger(call.args[2]) : 10n;
    if (wanted === undefined || wanted < ALL_SLOW)
      throw new CommandError("ERR count should be greater than or equal to -1");
    const calls = wanted === ALL_SLOW ? slowlog.calls : slowlog.calls.slice(0, Number(wanted));
    call.reply.array(calls.length);
    for (const one of calls) {
      call.reply.array(6);
      call.reply.integer(one.id);
      call.reply.integer(one.atSeconds);
      call.reply.integer(one.usec);
      call.reply.array(one.args.length);
      for (const arg of one.args) call.reply.bulk(arg);
      call.reply.bulk(one.address);
      call.reply.bulk(one.client);
    }
  };

const slowlogCommands = (front: Front): Command => {
  const shared = { group, flags: ["admin", "loading", "stale"] as const, since: "2.2.12" };
  const reset = (call: Call) => {
    front.slowlog.reset();
    call.reply.ok();
  };
  const subcommands: readonly Command[] = [
    { ...shared, name: "get", arity: -2, summary: "Get the slow log's entries", run: slowlogGet(front) },
    {
      ...shared,
      name: "len",
      arity: 2,
      summary: "Get the slow log's length",
      run: (call) => call.reply.integer(front.slowlog.calls.length),
    },
    { ...shared, name: "reset", arity: 2, summary: "Clear all entries from the slow log", run: reset },
    helpCommand("slowlog", { group, since: "6.2.0" }),
  ];
  return {
    name: "slowlog",
    arity: -2,
    flags: [],
    group,
    summary: "A container for slow log commands",
    since: "2.2.12",
    subcommands,
    run: () => {},
  };
};

export const serverCommands = (front: Front): readonly Command[] => [
  {
    name: "time",
    arity: 1,
    flags: ["loading", "stale", "fast"],
    summary: "Return the current server time",
    group,
    since: "2.6.0",
    run: time,
  },
  {
    name: "shutdown",
    arity: -1,
    flags: ["admin", "noscript", "loading", "stale", "no_multi", "allow_busy"],
    summary: "Synchronously save the dataset to disk and then shut down the server",
    group,
    since: "1.0.0",
    run: shutdown(front),
  },
  {
    name: "debug",
    arity: -2,
    flags: ["admin", "noscript", "loading", "stale"],
    summary: "A container for debugging commands",
    group,
    since: "1.0.0",
    run: debug(front),
  },
  {
    name: "monitor",
    arity: 1,
    flags: ["admin", "noscript", "loading", "stale"],
    summary: "Listen for all requests received by the server in real time",
    group,
    since: "1.0.0",
    run: monitor(front),
  },
  slowlogCommands(front),
  aclCommand(front),
  latencyCommand(front),
];
