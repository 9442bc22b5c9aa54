import { CommandReader } from "@/server/rdb/command-reader";
import { noPersistence } from "../../alone";
import type { Client } from "../../client";
import { type Call, CommandError } from "../../command";
import { Keyspace } from "../../keyspace/keyspace";
import { NodeMigration } from "../../migrate/node-migration";
import type { ConnectionOwner, NodeParts, Settings } from "../../parts";
import type { Reply } from "../../reply";
import type { Address, ConnectionId } from "../../world";
import { NodeReplication } from "../node-replication";
import { silentReply } from "../silent-reply";
import type { Network, Peer } from "./network";
import { stringCodec } from "./string-codec";

const DEFAULTS: Readonly<Record<string, string>> = {
  "repl-timeout": "60",
  "repl-ping-replica-period": "10",
  "repl-backlog-size": "1048576",
  "repl-backlog-ttl": "3600",
  "repl-diskless-sync": "yes",
  "repl-diskless-sync-delay": "0",
  "client-output-buffer-limit": "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60",
  masterauth: "",
  masteruser: "",
  "replica-announce-ip": "",
  "replica-announce-port": "0",
  "bind-source-addr": "",
  replicaof: "",
  "replica-priority": "100",
  "replica-read-only": "yes",
  "replica-announced": "yes",
  "min-replicas-to-write": "0",
  "min-replicas-max-lag": "10",
};

const KNOWN: ReadonlySet<string> = new Set(["MULTI", "EXEC", "SET", "DEL", "PING", "SELECT"]);

/** A standalone node of strings: real replication and keyspace under a simulated network, and no more of a front than they need. */
export class SimNode implements Peer {
  readonly address: Address;
  readonly keyspace: Keyspace;
  readonly replication: NodeReplication;
  readonly migration: NodeMigration;
  readonly node: NodeParts;
  readonly settings = new Map(Object.entries(DEFAULTS));
  isPaused = false;
  isHeld = false;
  readonly #owners = new Map<ConnectionId, ConnectionOwner>();

  constructor(network: Network, port: number) {
    this.address = { host: "127.0.0.1", port };
    this.settings.set("port", String(port));
    const world = network.worldOf(this);
    this.keyspace = new Keyspace(16, world);
    const self = this;
    this.node = {
      world,
      settings: settingsOf(this.settings),
      keyspace: this.keyspace,
      cluster: undefined,
      get replication() {
        return self.replication;
      },
      persistence: noPersistence(),
      pause: () => {},
      unpause: () => {},
      get isPaused() {
        return self.isPaused;
      },
      hold: () => {
        this.isHeld = true;
      },
      release: () => {
        this.isHeld = false;
      },
      dismissBlocked: () => {},
      tell: (db, args) => this.replication.tell(db, args),
      refusalOf: (args) => (KNOWN.has(String(args[0])) ? undefined : `ERR unknown command '${args[0]}'`),
      execute: (client, args) => this.#execute(client, args),
      inner: () => clientOf(undefined, self.address, { reply: silentReply(), close: () => {} }),
      deliver: () => 0,
      dropShardChannels: () => {},
      own: (connection, owner) => void this.#owners.set(connection, owner),
    };
    this.replication = new NodeReplication(this.node, stringCodec);
    this.migration = new NodeMigration(this.node, stringCodec);
    network.join(this);
  }

  accepted(connection: ConnectionId, remote: Address): void {
    const client = clientOf(connection, remote, {
      reply: replyTo((text) => this.node.world.send(connection, Buffer.from(text, "latin1"))),
      close: () => this.node.world.close(connection),
    });
    const reader = new CommandReader(1024 * 1024);
    const received = (bytes: Buffer) => {
      for (const { args } of reader.push(bytes)) this.#run(client, args);
    };
    this.#owners.set(connection, { connected: () => {}, closed: () => {}, received });
  }

  owner(connection: ConnectionId): ConnectionOwner | undefined {
    return this.#owners.get(connection);
  }

  tick(): void {
    this.replication.tick();
    this.migration.tick();
  }

  settle(): void {
    this.replication.settle();
  }

  /** As a client's write, told on. */
  set(key: string, value: string | Buffer, { db = 0, expiresAtMs }: { db?: number; expiresAtMs?: number } = {}): void {
    const bytes = Buffer.from(value);
    this.keyspace.databases[db]?.set(key, { type: "string", bytes }, expiresAtMs);
    const args = expiresAtMs === undefined ? ["SET", key, bytes] : ["SET", key, bytes, "PXAT", String(expiresAtMs)];
    this.replication.tell(db, args);
  }

  delete(key: string, db = 0): void {
    if (this.keyspace.databases[db]?.delete(key)) this.replication.tell(db, ["DEL", key]);
  }

  /** What it answers, as one text, to a client that stays. */
  call(client: Client, ...words: readonly string[]): void {
    this.#run(
      client,
      words.map((word) => Buffer.from(word, "latin1")),
    );
  }

  #run(client: Client, args: readonly Buffer[]): void {
    const name = String(args[0]).toLowerCase();
    const commands = [...this.replication.commands, ...this.migration.commands];
    const command = commands.find((command) => command.name === name);
    const db = this.keyspace.first;
    const now = this.node.world.now();
    const call: Call = { node: this.node, client, db, args, reply: client.reply, now, dirty: () => {}, tell: () => {} };
    try {
      if (name === "ping") client.reply.simple("PONG");
      else if (command) command.run(call);
      else client.reply.error(`ERR unknown command '${name}'`);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      client.reply.error(error.line);
    }
  }

  #execute(client: Client, args: readonly Buffer[]): void {
    const [name, key = "", value, , at] = args.map((arg) => arg.toString("latin1"));
    const database = this.keyspace.databases[client.db];
    if (name === "MULTI" || name === "EXEC") return;
    if (name === "SET" && value !== undefined)
      database?.set(key, { type: "string", bytes: Buffer.from(value, "latin1") }, at === undefined ? at : Number(at));
    else if (name === "SET") throw new CommandError("ERR syntax error");
    else if (name === "DEL") for (const key of args.slice(1)) database?.delete(key.toString("latin1"));
    else throw new CommandError(`ERR unknown command '${name}'`);
  }

  /** All that it holds, as text: equal for equal data. */
  contents(): string {
    const lines: string[] = [];
    for (const database of this.keyspace.databases)
      for (let slot = 0; slot < 16384; slot++)
        for (const [key, { value, expiresAtMs }] of database.slot(slot) ?? [])
          lines.push(
            `${database.number} ${key} ${value.type === "string" ? value.bytes.toString("latin1") : value.type} ${expiresAtMs}`,
          );
    return lines.sort().join("\n");
  }
}

/** A client whose answers are collected. */
export function collectingClient(): { readonly client: Client; readonly answers: string[] } {
  const answers: string[] = [];
  const reply = replyTo((text) => void answers.push(text));
  return { client: clientOf(-1, { host: "127.0.0.1", port: 1 }, { reply, close: () => {} }), answers };
}

const replyTo = (write: (text: string) => void): Reply => ({
  ...silentReply(),
  ok: () => write("+OK\r\n"),
  simple: (text) => write(`+${text}\r\n`),
  error: (line) => write(`-${line}\r\n`),
  integer: (value) => write(`:${value}\r\n`),
  array: (count) => write(`*${count}\r\n`),
  bulk: (bytes) => write(`$${bytes.length}\r\n${bytes.toString()}\r\n`),
});

function clientOf(
  connection: ConnectionId | undefined,
  remote: Address,
  { reply, close }: { readonly reply: Reply; readonly close: () => void },
): Client {
  return {
    id: connection ?? 0,
    connection,
    remote,
    local: remote,
    reply,
    kind: "normal",
    name: "",
    db: 0,
    isAuthenticated: true,
    asking: false,
    readonly: false,
    transaction: undefined,
    canBlock: connection !== undefined,
    block: undefined,
    lastWriteOffset: 0,
    closeAfterReplies: close,
  };
}

function settingsOf(values: ReadonlyMap<string, string>): Settings {
  const text = (name: string): string => {
    const value = values.get(name);
    if (value === undefined) throw new RangeError(`no setting is called ${name}`);
    return value;
  };
  return {
    text,
    number: (name) => Number(text(name)),
    isOn: (name) => text(name) === "yes",
    set: () => {},
    onChange: () => {},
  };
}
