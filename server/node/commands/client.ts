import type { Block } from "../client";
import { type Call, type Command, CommandError, keyOf, notInteger, syntaxError } from "../command";
import { type Front, sessionOf } from "../dispatch/front";
import { killClients } from "./client-kill";
import { clientLine } from "./client-line";
import { trackingCommands } from "./client-tracking";
import { checkName } from "./connection";
import { helpCommand } from "./help";
import { readInteger, upper } from "./numbers";

const list = (front: Front) => (call: Call) => {
  const { args } = call;
  let sessions = [...front.sessions.all()];
  if (args.length === 4 && upper(args[2]) === "TYPE") {
    const type = keyOf(args[3]).toLowerCase();
    const kind = { normal: "normal", replica: "replica", slave: "replica", pubsub: "pubsub", master: "primary" }[type];
    if (!kind) throw new CommandError(`ERR Unknown client type '${keyOf(args[3])}'`);
    sessions = sessions.filter((session) => session.kind === kind);
  } else if (args.length > 3 && upper(args[2]) === "ID") {
    const ids = args.slice(3).map((arg) => readInteger(arg));
    if (ids.some((id) => id === undefined)) throw new CommandError("ERR Invalid client ID");
    sessions = sessions.filter(({ id }) => ids.includes(BigInt(id)));
  } else if (args.length !== 2) throw syntaxError();
  const now = front.node.world.now();
  call.reply.verbatim("txt", sessions.map((session) => `${clientLine(session, now)}\n`).join(""));
};

const info = (front: Front) => (call: Call) =>
  call.reply.verbatim("txt", `${clientLine(sessionOf(call), front.node.world.now())}\n`);

function getname(call: Call): void {
  if (call.client.name === "") call.reply.nothing();
  else call.reply.bulk(call.client.name);
}

function setname(call: Call): void {
  call.client.name = checkName(call.args[2]);
  call.reply.ok();
}

const pause = (front: Front) => (call: Call) => {
  const timeout = readInteger(call.args[2]);
  if (timeout === undefined) throw new CommandError("ERR timeout is not an integer or out of range");
  if (timeout < 0n) throw new CommandError("ERR timeout is negative");
  const kind = call.args[3] ? upper(call.args[3]) : "ALL";
  if (call.args.length > 4 || (kind !== "ALL" && kind !== "WRITE"))
    throw new CommandError("ERR CLIENT PAUSE mode must be WRITE or ALL");
  const { world } = front.node;
  front.node.pause(kind === "WRITE" ? "write" : "all", world.monotonicMs() + Number(timeout));
  call.reply.ok();
};

const unpause = (front: Front) => (call: Call) => {
  front.node.unpause();
  call.reply.ok();
};

function reply(call: Call): void {
  const session = sessionOf(call);
  switch (upper(call.args[2])) {
    case "ON":
      session.isSilent = false;
      session.reply.isMute = false;
      call.reply.ok();
      return;
    case "OFF":
      session.isSilent = true;
      return;
    case "SKIP":
      if (!session.isSilent) session.skip = "next";
      return;
    default:
      throw syntaxError();
  }
}

/** What else a client waits for has an end of its own. */
const ENDED_FROM_OUTSIDE: ReadonlySet<Block["reason"]> = new Set(["list", "wait"]);

const unblock = (front: Front) => (call: Call) => {
  const how = call.args[3] ? upper(call.args[3]) : "TIMEOUT";
  if (call.args.length > 4 || (how !== "TIMEOUT" && how !== "ERROR"))
    throw new CommandError("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR");
  const id = readInteger(call.args[2]);
  if (id === undefined) throw notInteger();
  const blocked = [...front.sessions.blocked].find((session) => BigInt(session.id) === id);
  const { block } = blocked ?? {};
  if (!blocked || !block || !ENDED_FROM_OUTSIDE.has(block.reason)) {
    call.reply.integer(0);
    return;
  }
  if (how === "TIMEOUT") block.timedOut();
  else {
    block.gone();
    blocked.reply.error("UNBLOCKED client unblocked via CLIENT UNBLOCK");
    blocked.block = undefined;
  }
  call.reply.integer(1);
};

function noEvict(call: Call): void {
  const how = upper(call.args[2]);
  if (how !== "ON" && how !== "OFF") throw syntaxError();
  call.reply.ok();
}

export const clientCommands = (front: Front): readonly Command[] => {
  const shared = { group: "connection", flags: ["noscript", "loading", "stale"] as const };
  const admin = { group: "connection", flags: ["admin", "noscript", "loading", "stale"] as const };
  const subcommands: readonly Command[] = [
    {
      ...shared,
      name: "id",
      arity: 2,
      summary: "Returns the client ID for the current connection",
      since: "5.0.0",
      run: (call) => call.reply.integer(call.client.id),
    },
    {
      ...shared,
      name: "info",
      arity: 2,
      summary: "Returns information about the current client connection.",
      since: "6.2.0",
      run: info(front),
    },
    {
      ...admin,
      name: "list",
      arity: -2,
      summary: "Get the list of client connections",
      since: "2.4.0",
      run: list(front),
    },
    {
      ...admin,
      name: "kill",
      arity: -3,
      summary: "Kill the connection of a client",
      since: "2.4.0",
      run: killClients(front),
    },
    { ...shared, name: "getname", arity: 2, summary: "Get the current connection name", since: "2.6.9", run: getname },
    { ...shared, name: "setname", arity: 3, summary: "Set the current connection name", since: "2.6.9", run: setname },
    {
      ...admin,
      name: "pause",
      arity: -3,
      summary: "Stop processing commands from clients for some time",
      since: "2.9.50",
      run: pause(front),
    },
    {
      ...admin,
      name: "unpause",
      arity: 2,
      summary: "Resume processing of clients that were paused",
      since: "6.2.0",
      run: unpause(front),
    },
    {
      ...shared,
      name: "reply",
      arity: 3,
      summary: "Instruct the server whether to reply to commands",
      since: "3.2.0",
      run: reply,
    },
    {
      ...admin,
      name: "unblock",
      arity: -3,
      summary: "Unblock a client blocked in a blocking command from a different connection",
      since: "5.0.0",
      run: unblock(front),
    },
    {
      ...admin,
      name: "no-evict",
      arity: 3,
      summary: "Set client eviction mode for the current connection",
      since: "7.0.0",
      run: noEvict,
    },
    ...trackingCommands(front),
    helpCommand("client", { group: "connection", since: "5.0.0" }),
  ];
  return [
    {
      name: "client",
      arity: -2,
      flags: [],
      group: "connection",
      summary: "A container for client connection commands",
      since: "2.4.0",
      subcommands,
      run: () => {},
    },
  ];
};
