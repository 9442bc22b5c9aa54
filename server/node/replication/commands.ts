import type { Client } from "../client";
import { type Call, type Command, CommandError, notInteger, syntaxError } from "../command";
import type { NodeReplication } from "./node-replication";
import type { PrimaryPhase } from "./primary-link";
import type { ReplicaFacts } from "./replica-link";
import { waitCommand } from "./wait";

const text = (arg: Buffer | undefined): string => arg?.toString("latin1") ?? "";
const MAX_PORT = 65535;

/** PSYNC, SYNC, REPLCONF, REPLICAOF, SLAVEOF, ROLE, WAIT. */
export function replicationCommands(replication: NodeReplication): readonly Command[] {
  const said = new WeakMap<Client, ReplicaFacts>();
  const factsOf = (client: Client): ReplicaFacts => {
    const facts = said.get(client) ?? noFacts();
    said.set(client, facts);
    return facts;
  };
  const internal = { group: "server", flags: ["admin", "noscript", "no_async_loading", "no_multi"] } as const;
  const replicaOf = {
    group: "server",
    flags: ["admin", "noscript", "stale", "no_async_loading"],
    since: "5.0.0",
  } as const;
  return [
    {
      ...internal,
      name: "psync",
      arity: -3,
      since: "2.8.0",
      summary: "Internal command used for replication",
      run: (call) => psync(call, replication, factsOf(call.client)),
    },
    {
      ...internal,
      name: "sync",
      arity: 1,
      since: "1.0.0",
      summary: "Internal command used for replication",
      run: (call) => replication.admit(call, factsOf(call.client), "SYNC"),
    },
    {
      name: "replconf",
      arity: -1,
      flags: ["admin", "noscript", "loading", "stale", "allow_busy"],
      group: "server",
      since: "3.0.0",
      summary: "An internal command for configuring the replication stream",
      run: (call) => replconf(call, factsOf(call.client)),
    },
    {
      ...replicaOf,
      name: "replicaof",
      arity: 3,
      summary: "Make the server a replica of another instance, or promote it as master.",
      run: (call) => replicaof(call, replication),
    },
    {
      ...replicaOf,
      name: "slaveof",
      arity: 3,
      since: "1.0.0",
      summary: "Make the server a replica of another instance, or promote it as master.",
      run: (call) => replicaof(call, replication),
    },
    {
      name: "role",
      arity: 1,
      flags: ["noscript", "loading", "stale", "fast"],
      group: "server",
      since: "2.8.12",
      summary: "Return the role of the instance in the context of replication",
      run: (call) => role(call, replication),
    },
    waitCommand(replication),
  ];
}

const noFacts = (): ReplicaFacts => ({
  listeningPort: undefined,
  announcedHost: undefined,
  takesEof: false,
  takesPsync2: false,
  isRdbOnly: false,
});

function psync(call: Call, replication: NodeReplication, facts: ReplicaFacts): void {
  const [, id, next] = call.args.map(text);
  if (call.args.length > 3) throw new CommandError("ERR PSYNC FAILOVER replid must match my replid.");
  if (!/^-?\d{1,16}$/.test(next ?? "")) throw notInteger();
  replication.admit(call, facts, { id: id ?? "?", next: Number(next) });
}

function replconf({ args, reply }: Call, facts: ReplicaFacts): void {
  if (args.length % 2 === 0) throw syntaxError();
  for (let at = 1; at < args.length; at += 2) {
    const option = text(args[at]).toLowerCase();
    const value = text(args[at + 1]);
    if (option === "ack" || option === "getack") return;
    if (option === "listening-port") facts.listeningPort = portOf(value);
    else if (option === "ip-address") facts.announcedHost = hostOf(value);
    else if (option === "capa") {
      if (value.toLowerCase() === "eof") facts.takesEof = true;
      if (value.toLowerCase() === "psync2") facts.takesPsync2 = true;
    } else if (option === "rdb-only") facts.isRdbOnly = value === "1";
    else throw new CommandError(`ERR Unrecognized REPLCONF option: ${text(args[at])}`);
  }
  reply.ok();
}

function portOf(value: string): number {
  const port = Number(value);
  if (!/^\d{1,5}$/.test(value) || port > MAX_PORT) throw notInteger();
  return port;
}

const LONGEST_HOST = 255;

function hostOf(value: string): string | undefined {
  if (value.length > LONGEST_HOST)
    throw new CommandError(`ERR REPLCONF ip-address provided by replica instance is too long: ${value.length} bytes`);
  return value === "" ? undefined : value;
}

function replicaof({ args, reply, node }: Call, replication: NodeReplication): void {
  if (node.cluster) throw new CommandError("ERR REPLICAOF not allowed in cluster mode.");
  const [, host = "", port = ""] = args.map(text);
  if (host.toLowerCase() === "no" && port.toLowerCase() === "one") {
    replication.lead();
    reply.ok();
    return;
  }
  if (!/^\d{1,5}$/.test(port) || Number(port) > MAX_PORT) throw new CommandError("ERR Invalid master port");
  const { primary } = replication;
  if (primary?.host === host && primary.port === Number(port)) reply.simple("OK Already connected to specified master");
  else {
    replication.follow({ host, port: Number(port) });
    reply.ok();
  }
}

const STATE: Readonly<Record<PrimaryPhase, string>> = {
  idle: "connect",
  dialing: "connecting",
  handshake: "handshake",
  psync: "handshake",
  head: "sync",
  copy: "sync",
  connected: "connected",
};

function role({ reply }: Call, replication: NodeReplication): void {
  const { primaryLink } = replication;
  if (primaryLink) {
    reply.array(5);
    reply.bulk("slave");
    reply.bulk(primaryLink.primary.host);
    reply.integer(primaryLink.primary.port);
    reply.bulk(STATE[primaryLink.phase]);
    reply.integer(primaryLink.phase === "connected" ? replication.offset : -1);
    return;
  }
  const online = replication.replicas.filter((replica) => replica.isOnline);
  reply.array(3);
  reply.bulk("master");
  reply.integer(replication.offset);
  reply.array(online.length);
  for (const { address, offset } of online) {
    reply.array(3);
    reply.bulk(address.host);
    reply.bulk(String(address.port));
    reply.bulk(String(offset));
  }
}
