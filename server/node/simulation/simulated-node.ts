import { Cluster } from "../cluster/cluster";
import { type Call, CommandError } from "../command";
import { Keyspace } from "../keyspace/keyspace";
import type { ConnectionOwner, NodeParts, PersistencePart } from "../parts";
import { type Address, type ConnectionId, TICK_MS, type World } from "../world";
import type { Chance } from "./chance";
import type { Host, Network } from "./network";
import { RecordedReply } from "./recorded-reply";
import { simulatedClient } from "./simulated-client";
import { SimulatedDisk } from "./simulated-disk";
import { SimulatedReplication } from "./simulated-replication";
import { SimulatedSettings } from "./simulated-settings";
import type { Timeline } from "./timeline";

const BUS_PORT_ABOVE = 10000;
/** Simulated clocks begin here, not at 0: a moment of 0 would be none. */
const EPOCH_MS = 1_700_000_000_000;

const NO_FILES: PersistencePart = {
  commands: [],
  tell: () => {},
  load: () => {},
  save: () => {},
  sync: () => {},
  denial: undefined,
  waitingBytes: 0,
  info: () => [],
  tick: () => {},
  settle: () => {},
};

export type Place = { readonly timeline: Timeline; readonly network: Network; readonly chance: Chance };

/** A node with the cluster's part alone, on a simulated host that may die and come back. */
export class SimulatedNode implements Host {
  readonly name: string;
  readonly address: Address;
  readonly disk = new SimulatedDisk();
  readonly log: string[] = [];
  /** Writes wait until then. */
  pausedUntilMs = -1;
  readonly #place: Place;
  readonly #settings: SimulatedSettings;
  #life = 0;
  #running:
    | { readonly cluster: Cluster; readonly parts: NodeParts; readonly replication: SimulatedReplication }
    | undefined;
  #owners = new Map<ConnectionId, ConnectionOwner>();

  constructor(place: Place, address: Address, settings: Readonly<Record<string, string>>) {
    this.#place = place;
    this.address = address;
    this.name = `${address.host}:${address.port}`;
    this.#settings = new SimulatedSettings({ ...settings, port: String(address.port) });
    place.network.listen({ host: address.host, port: address.port + BUS_PORT_ABOVE }, this);
    place.network.listen(address, this);
  }

  get isUp(): boolean {
    return this.#running !== undefined;
  }

  get cluster(): Cluster {
    return this.#now.cluster;
  }

  get parts(): NodeParts {
    return this.#now.parts;
  }

  get replication(): SimulatedReplication {
    return this.#now.replication;
  }

  start(): void {
    const world = this.#world();
    const replication = new SimulatedReplication(world, (primary) => this.#glimpse(primary));
    const keyspace = new Keyspace(1, world);
    const parts: NodeParts = {
      world,
      settings: this.#settings,
      keyspace,
      cluster: undefined,
      replication,
      persistence: NO_FILES,
      pause: (_, untilMs) => {
        this.pausedUntilMs = untilMs;
      },
      unpause: () => {
        this.pausedUntilMs = -1;
      },
      get isPaused() {
        return false;
      },
      hold: () => {},
      release: () => {},
      dismissBlocked: () => {},
      tell: () => replication.tell(),
      refusalOf: () => undefined,
      execute: () => {},
      own: (connection, owner) => this.#owners.set(connection, owner),
      deliver: () => 0,
      dropShardChannels: () => {},
      inner: () => simulatedClient(new RecordedReply()),
    };
    this.#running = { cluster: new Cluster(parts), parts, replication };
    this.cluster.loaded();
    this.cluster.settle();
    const life = ++this.#life;
    this.#tickLater(life, this.#place.chance.between(0, TICK_MS));
  }

  /** As by SIGKILL; the disk stays, or is another's. */
  die({ losesDisk }: { readonly losesDisk: boolean }): void {
    this.#running = undefined;
    this.#owners = new Map();
    this.pausedUntilMs = -1;
    if (losesDisk) this.disk.wipe();
    this.#place.network.drop(this);
  }

  /** CLUSTER …, by its name and arguments. What it refuses is thrown. */
  call(...words: readonly string[]): unknown {
    const args = ["CLUSTER", ...words].map((word) => Buffer.from(word, "latin1"));
    const [cluster] = this.cluster.commands;
    const command = cluster?.subcommands?.find((one) => one.name === words[0]?.toLowerCase());
    if (!command) throw new CommandError(`ERR unknown subcommand '${words[0]}'. Try CLUSTER HELP.`);
    const reply = new RecordedReply();
    const { parts } = this;
    const call: Call = {
      node: parts,
      client: simulatedClient(reply),
      db: parts.keyspace.first,
      args,
      reply,
      now: parts.world.now(),
      dirty: () => {},
      tell: () => {},
    };
    command.run(call);
    this.cluster.settle();
    return reply.value;
  }

  accepted(connection: ConnectionId, remote: Address, local: Address): void {
    this.cluster.accepted(connection, remote, local);
    this.cluster.settle();
  }
  connected(connection: ConnectionId, local: Address): void {
    this.#owners.get(connection)?.connected(local);
    this.cluster.settle();
  }
  received(connection: ConnectionId, bytes: Buffer): void {
    this.#owners.get(connection)?.received(bytes);
    this.cluster.settle();
  }
  closed(connection: ConnectionId, why: string): void {
    this.#owners.get(connection)?.closed(why);
    this.#owners.delete(connection);
    this.cluster.settle();
  }

  get #now() {
    if (!this.#running) throw new Error(`${this.name} is down`);
    return this.#running;
  }

  #tickLater(life: number, inMs: number): void {
    this.#place.timeline.at(this.#place.timeline.nowMs + inMs, () => {
      if (life !== this.#life || !this.#running) return;
      this.replication.tick();
      this.cluster.tick();
      this.cluster.settle();
      this.#tickLater(life, TICK_MS);
    });
  }

  #glimpse(address: Address): number | undefined {
    const host = this.#place.network.hostAt(address);
    if (!(host instanceof SimulatedNode) || !host.isUp || this.#place.network.isCut(this, host)) return undefined;
    return host.replication.offset;
  }

  #world(): World {
    const { timeline, network, chance } = this.#place;
    return {
      now: () => EPOCH_MS + timeline.nowMs,
      monotonicMs: () => timeline.nowMs,
      randomBytes: (count) => chance.bytes(count),
      dial: (to) => network.dial(this, this.address, to),
      send: (connection, bytes) => network.send(connection, bytes),
      close: (connection) => {
        this.#owners.delete(connection);
        network.close(connection);
      },
      unsent: () => 0,
      disk: this.disk,
      log: (level, text) => {
        if (level !== "debug") this.log.push(`${(timeline.nowMs / 1000).toFixed(2)} ${text}`);
      },
      relisten: () => {},
      exit: () => this.die({ losesDisk: false }),
    };
  }
}
