import { type Call, type Command, CommandError, notInteger, syntaxError } from "../command";
import { type Front, sessionOf } from "../dispatch/front";
import { wrongArguments } from "../dispatch/table";
import { readInteger, upper } from "./numbers";
import { isRightPassword } from "./password";

const group = "connection";
const EVERYWHERE = ["noscript", "loading", "stale", "fast"] as const;

function ping(call: Call): void {
  if (call.args.length > 2) throw wrongArguments("ping");
  const [, said] = call.args;
  if (sessionOf(call).kind === "pubsub" && call.reply.resp === 2) {
    call.reply.array(2);
    call.reply.bulk("pong");
    call.reply.bulk(said ?? "");
  } else if (said) call.reply.bulk(said);
  else call.reply.simple("PONG");
}

function select(call: Call): void {
  const index = readInteger(call.args[1]);
  if (index === undefined) throw notInteger();
  if (call.node.cluster && index !== 0n) throw new CommandError("ERR SELECT is not allowed in cluster mode");
  if (index < 0n || index >= BigInt(call.node.keyspace.databases.length))
    throw new CommandError("ERR DB index is out of range");
  call.client.db = Number(index);
  call.reply.ok();
}

const WRONG_PASSWORD = "WRONGPASS invalid username-password pair or user is disabled.";

/** As the default user alone: there are no others here. */
function signIn(front: Front, call: Call, user: Buffer | undefined, password: Buffer | undefined): void {
  const wanted = front.settings.text("requirepass");
  const isDefault = user === undefined || user.toString("latin1") === "default";
  if (!isDefault || (wanted !== "" && !isRightPassword(wanted, password))) throw new CommandError(WRONG_PASSWORD);
  call.client.isAuthenticated = true;
}

const auth = (front: Front) => (call: Call) => {
  const { args } = call;
  if (args.length > 3) throw syntaxError();
  if (args.length === 2 && front.settings.text("requirepass") === "")
    throw new CommandError(
      "ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?",
    );
  signIn(front, call, args.length === 3 ? args[1] : undefined, args.at(-1));
  call.reply.ok();
};

const hello = (front: Front) => (call: Call) => {
  const { args } = call;
  const session = sessionOf(call);
  const version = args[1] ? readInteger(args[1]) : undefined;
  if (args[1] && version === undefined)
    throw new CommandError("ERR Protocol version is not an integer or out of range");
  if (version !== undefined && version !== 2n && version !== 3n)
    throw new CommandError("NOPROTO unsupported protocol version");
  let name: string | undefined;
  for (let at = 2; at < args.length; at++) {
    const left = args.length - at - 1;
    if (upper(args[at]) === "AUTH" && left >= 2) {
      signIn(front, call, args[at + 1], args[at + 2]);
      at += 2;
    } else if (upper(args[at]) === "SETNAME" && left >= 1) name = checkName(args[++at]);
    else throw new CommandError(`ERR Syntax error in HELLO option '${args[at]?.toString("latin1") ?? ""}'`);
  }
  if (!session.isAuthenticated)
    throw new CommandError(
      "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto> AUTH <user> <pass> option can be used to authenticate the client and select the RESP protocol version at the same time",
    );
  if (name !== undefined) session.name = name;
  if (version !== undefined) session.reply.resp = version === 3n ? 3 : 2;
  greet(front, call);
};

function greet({ node }: Front, { reply, client }: Call): void {
  const mode = node.cluster ? "cluster" : "standalone";
  reply.map(7);
  for (const [name, value] of [
    ["server", "redis"],
    ["version", "7.0.15"],
  ] as const) {
    reply.bulk(name);
    reply.bulk(value);
  }
  reply.bulk("proto");
  reply.integer(reply.resp);
  reply.bulk("id");
  reply.integer(client.id);
  reply.bulk("mode");
  reply.bulk(mode);
  reply.bulk("role");
  reply.bulk(node.replication.role === "replica" ? "replica" : "master");
  reply.bulk("modules");
  reply.array(0);
}

/** Printable, and no spaces. Throws what CLIENT SETNAME answers. */
export function checkName(bytes: Buffer | undefined): string {
  const name = bytes?.toString("latin1") ?? "";
  if (!/^[!-~]*$/.test(name))
    throw new CommandError("ERR Client names cannot contain spaces, newlines or special characters.");
  return name;
}

const reset = (front: Front) => (call: Call) => {
  const session = sessionOf(call);
  front.discard(session);
  front.pubsub.clear(session);
  front.monitors.remove(session);
  if (session.tracking) front.tracking.disable(session);
  session.kind = "normal";
  session.reply.resp = 2;
  session.isSilent = false;
  session.reply.isMute = false;
  session.name = "";
  session.db = 0;
  session.asking = false;
  session.readonly = false;
  session.isAuthenticated = front.settings.text("requirepass") === "";
  call.reply.simple("RESET");
};

export const connectionCommands = (front: Front): readonly Command[] => [
  { name: "ping", arity: -1, flags: ["fast"], summary: "Ping the server", group, since: "1.0.0", run: ping },
  {
    name: "echo",
    arity: 2,
    flags: ["loading", "stale", "fast"],
    summary: "Echo the given string",
    group,
    since: "1.0.0",
    run: (call) => call.reply.bulk(call.args[1] ?? ""),
  },
  {
    name: "select",
    arity: 2,
    flags: ["loading", "stale", "fast"],
    summary: "Change the selected database for the current connection",
    group,
    since: "1.0.0",
    run: select,
  },
  {
    name: "auth",
    arity: -2,
    flags: [...EVERYWHERE, "no_auth", "allow_busy"],
    summary: "Authenticate to the server",
    group,
    since: "1.0.0",
    run: auth(front),
  },
  {
    name: "hello",
    arity: -1,
    flags: [...EVERYWHERE, "no_auth", "allow_busy"],
    summary: "Handshake with Redis",
    group,
    since: "6.0.0",
    run: hello(front),
  },
  {
    name: "reset",
    arity: 1,
    flags: [...EVERYWHERE, "no_auth", "allow_busy"],
    summary: "Reset the connection",
    group,
    since: "6.2.0",
    run: reset(front),
  },
  {
    name: "quit",
    arity: -1,
    flags: [...EVERYWHERE, "no_auth", "allow_busy"],
    summary: "Close the connection",
    group,
    since: "1.0.0",
    run: (call) => call.reply.ok(),
  },
];
