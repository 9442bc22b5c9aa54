import { NodeSettings } from "../config/settings";
import { NodeCore, type NodeOptions } from "../core";
import { parts as allParts } from "../shell/parts";
import { Chance } from "../simulation/chance";
import { SimulatedDisk } from "../simulation/simulated-disk";
import { type ConnectionId, type Disk, TICK_MS } from "../world";

export type SoloOptions = {
  readonly settings?: Readonly<Record<string, string>>;
  readonly disk?: Disk;
  /** How much later than other nodes it starts. */
  readonly laterMs?: number;
  readonly dialled?: (connection: ConnectionId) => void;
  readonly parts?: Pick<NodeOptions, "replication" | "persistence" | "migration" | "cluster">;
};

const HERE = { host: "127.0.0.1", port: 6379 };
const START_MS = 1_700_000_000_000;

/** One whole node, as the program builds it, under a clock that goes when it is told to and with clients that are only bytes. */
export class SoloNode {
  readonly core: NodeCore;
  readonly log: string[] = [];
  readonly exits: number[] = [];
  readonly disk: Disk;
  readonly #out = new Map<ConnectionId, Buffer[]>();
  #lastId = 0;
  #ms: number;

  constructor({
    settings = {},
    disk = new SimulatedDisk(),
    laterMs = 0,
    dialled = () => {},
    parts = allParts,
  }: SoloOptions = {}) {
    this.disk = disk;
    this.#ms = laterMs;
    const chance = new Chance(1 + laterMs);
    const known = new NodeSettings();
    for (const [name, value] of Object.entries(settings)) known.read({ name, values: value.split(" ") });
    this.core = new NodeCore({
      settings: known,
      host: {
        processId: 1,
        os: "none",
        executable: "",
        configFile: "",
        version: "",
        memory: () => ({ usedBytes: 1, residentBytes: 1, totalBytes: 1 }),
        cpu: () => ({ user: 0, system: 0 }),
        crash: () => {},
        sleep: () => {},
      },
      world: {
        now: () => START_MS + this.#ms,
        monotonicMs: () => this.#ms,
        randomBytes: (count) => chance.bytes(count),
        dial: () => {
          dialled(++this.#lastId);
          return this.#lastId;
        },
        send: (connection, bytes) => void this.#out.get(connection)?.push(bytes),
        close: () => {},
        unsent: () => 0,
        disk,
        log: (_, text) => void this.log.push(text),
        relisten: (done) => done(undefined),
        exit: (code) => void this.exits.push(code),
      },
      ...parts,
    });
  }

  client(): SoloClient {
    const connection = ++this.#lastId;
    const out: Buffer[] = [];
    this.#out.set(connection, out);
    this.core.accepted(connection, "client", HERE, HERE);
    return new SoloClient(this.core, connection, out);
  }

  /** Tick by tick. */
  run(ms: number): void {
    for (let passed = 0; passed < ms; passed += TICK_MS) {
      this.#ms += TICK_MS;
      this.core.tick();
      this.core.settle();
    }
  }
}

export class SoloClient {
  readonly #core: NodeCore;
  readonly #connection: ConnectionId;
  readonly #out: Buffer[];

  constructor(core: NodeCore, connection: ConnectionId, out: Buffer[]) {
    this.#core = core;
    this.#connection = connection;
    this.#out = out;
  }

  /** What was answered until now, as latin1. */
  ask(...args: readonly (string | Buffer)[]): string {
    const head: Buffer[] = [Buffer.from(`*${args.length}\r\n`)];
    for (const arg of args) {
      const bytes = typeof arg === "string" ? Buffer.from(arg, "latin1") : arg;
      head.push(Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from("\r\n"));
    }
    this.#core.received(this.#connection, Buffer.concat(head));
    this.#core.settle();
    return this.taken();
  }

  push(text: string): void {
    this.#core.received(this.#connection, Buffer.from(text, "latin1"));
    this.#core.settle();
  }

  leave(): void {
    this.#core.closed(this.#connection, "");
    this.#core.settle();
  }

  taken(): string {
    return Buffer.concat(this.#out.splice(0)).toString("latin1");
  }
}
