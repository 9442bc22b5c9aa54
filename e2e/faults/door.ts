import { connect, createServer, type Socket } from "node:net";
import { isMutating, readCommand } from "./commands";

/**
 * The way into a node: clients and other nodes find its announced port here. Bytes pass as they are; commands that change
 * a cluster are counted, and at the one that a trap names something happens, before it reaches the node or after the node
 * has done it. What is behind the trap on its connection, and what changes anything on others, does not pass any more.
 */
export type Trap = {
  /** Of the commands that change a cluster, the first is 1. */
  readonly at: number;
  readonly side: "before" | "after";
  /** Only commands that begin like this count. */
  readonly only?: RegExp;
  /** Whether whoever sent it goes on afterwards. */
  readonly shuts: boolean;
  readonly reached: (where: { readonly port: number; readonly command: readonly string[] }) => void;
};

export type Seen = {
  readonly port: number;
  readonly words: readonly string[];
  readonly atMs: number;
  /** Numbered as they came. */
  readonly connection: number;
};

export class Gate {
  /** Commands that changed something since the last count. */
  readonly seen: Seen[] = [];
  #trap: Trap | undefined;
  #counted = 0;
  #generation = 0;
  #connections = 0;
  #isShut = false;
  #also: RegExp | undefined;

  get generation(): number {
    return this.#generation;
  }

  /** So many have come. */
  get connections(): number {
    return this.#connections;
  }

  enter(): number {
    return ++this.#connections;
  }

  /** Whether it is counted: what changes a cluster is, and what a round wants to be counted too. */
  counts(words: readonly string[]): boolean {
    return isMutating(words) || this.#also?.test(words[0]?.toUpperCase() ?? "") === true;
  }

  countAlso(names: RegExp | undefined): void {
    this.#also = names;
  }

  isShut(generation: number): boolean {
    return generation < this.#generation || this.#isShut;
  }

  set(trap: Trap | undefined): void {
    this.#trap = trap;
    this.#counted = 0;
  }

  /** Connections of before stay shut. */
  reopen(): void {
    this.#generation++;
    this.#isShut = false;
    this.#trap = undefined;
    this.seen.length = 0;
  }

  /** What is to happen at this command. */
  pass(command: Omit<Seen, "atMs">): Trap | undefined {
    const { words } = command;
    this.seen.push({ ...command, atMs: performance.now() });
    const trap = this.#trap;
    if (!trap || trap.only?.test(words.join(" ").toUpperCase()) === false) return undefined;
    if (++this.#counted !== trap.at) return undefined;
    this.#trap = undefined;
    if (trap.shuts) this.#isShut = true;
    return trap;
  }
}

export type Door = { close(): Promise<void> };

export async function openDoor(at: number, to: number, gate: Gate): Promise<Door> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const inner = connect(to, "127.0.0.1");
    const passage = new Passage({ client, inner, port: to, gate });
    const end = () => passage.end();
    for (const socket of [client, inner]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("error", end);
      socket.on("close", () => {
        sockets.delete(socket);
        end();
      });
    }
    client.on("data", (chunk) => passage.forth(chunk));
    inner.on("data", (chunk) => passage.back(chunk));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(at, "127.0.0.1", resolve);
  });
  return {
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

type Sides = { readonly client: Socket; readonly inner: Socket; readonly port: number; readonly gate: Gate };

class Passage {
  readonly #sides: Sides;
  readonly #generation: number;
  readonly #connection: number;
  #rest: Buffer = Buffer.alloc(0);
  /** No commands any more: a stream of replication. */
  #isRaw = false;
  /** Nothing passes any more; `token` ends what the node still has to do. */
  #caught: { readonly token: string; readonly done: () => void } | undefined;
  #tail = "";

  constructor(sides: Sides) {
    this.#sides = sides;
    this.#generation = sides.gate.generation;
    this.#connection = sides.gate.enter();
  }

  forth(chunk: Buffer): void {
    if (this.#caught) return;
    if (this.#isRaw) return void this.#sides.inner.write(chunk);
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    for (;;) {
      const command = readCommand(this.#rest);
      if (!command) return;
      const bytes = this.#rest.subarray(0, command.length);
      this.#rest = this.#rest.subarray(command.length);
      if (!this.#through(bytes, command.words)) return;
    }
  }

  back(chunk: Buffer): void {
    const { client } = this.#sides;
    if (!this.#caught) return void client.write(chunk);
    this.#tail = (this.#tail + chunk.toString("latin1")).slice(-200);
    if (this.#tail.includes(this.#caught.token)) this.#caught.done();
  }

  /** While a command that was caught is still being done, its connection to the node stays. */
  end(): void {
    const { client, inner } = this.#sides;
    client.destroy();
    if (!this.#caught) inner.destroy();
  }

  #through(bytes: Buffer, words: readonly string[]): boolean {
    const { inner, gate, port } = this.#sides;
    if (/^P?SYNC$/i.test(words[0] ?? "")) this.#isRaw = true;
    const go = () => {
      inner.write(bytes);
      if (this.#isRaw) inner.write(this.#rest);
      return !this.#isRaw;
    };
    if (!gate.counts(words)) return go();
    if (gate.isShut(this.#generation)) return false;
    const trap = gate.pass({ port, words, connection: this.#connection });
    if (!trap) return go();
    const reached = () => trap.reached({ port, command: words });
    if (!trap.shuts) return this.#tellOf(trap, bytes, reached);
    // Behind PSYNC comes no other answer than its own.
    const token = this.#isRaw ? "+FULLRESYNC" : `done-${Math.random().toString(36).slice(2)}`;
    const done = () => {
      this.#caught = { token: "\0", done: () => {} };
      inner.destroy();
      reached();
    };
    this.#caught = { token, done };
    if (trap.side === "before") done();
    else if (this.#isRaw) inner.write(bytes);
    else inner.write(Buffer.concat([bytes, Buffer.from(`*2\r\n$4\r\nECHO\r\n$${token.length}\r\n${token}\r\n`)]));
    return false;
  }

  #tellOf({ side }: Trap, bytes: Buffer, reached: () => void): true {
    if (side === "before") reached();
    this.#sides.inner.write(bytes, side === "after" ? reached : undefined);
    return true;
  }
}
