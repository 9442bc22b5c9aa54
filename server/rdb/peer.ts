import type { Duplex } from "node:stream";
import { refuse } from "@/server/refuse";

/**
 * The other end of a replication: bytes when they are asked for, so that the node is held back (TCP) by whoever is slow
 * here. Every wait ends: by bytes, by the connection's end, after `silenceMs`, or when the signal aborts.
 */
export type PeerOptions = {
  readonly endpoint: string;
  readonly silenceMs: number;
  readonly signal: AbortSignal | undefined;
};

const LONGEST_LINE = 4096;
const NEWLINE = 0x0a;

export class Peer {
  readonly endpoint: string;
  readonly #socket: Duplex;
  readonly #silenceMs: number;
  readonly #signal: AbortSignal | undefined;
  #held: Buffer = Buffer.alloc(0);
  #failure: Error | undefined;
  #hasEnded = false;
  #wake: () => void = () => {};

  constructor(socket: Duplex, { endpoint, silenceMs, signal }: PeerOptions) {
    this.endpoint = endpoint;
    this.#socket = socket;
    this.#silenceMs = silenceMs;
    this.#signal = signal;
    const end = () => {
      this.#hasEnded = true;
      this.#wake();
    };
    socket.on("readable", () => this.#wake());
    socket.on("end", end);
    socket.on("close", end);
    socket.on("error", (error) => {
      this.#failure = error;
      end();
    });
    if (socket.destroyed) this.#hasEnded = true;
    signal?.addEventListener("abort", this.#abort);
  }

  readonly #abort = (): void => this.#wake();

  /** At least one byte. `during` is what the error says when there is none. */
  async more(during: string): Promise<Buffer> {
    const until = performance.now() + this.#silenceMs;
    for (;;) {
      if (this.#signal?.aborted) throw refuse("cancelled", "cancelled", undefined);
      const chunk = this.#take();
      if (chunk) return chunk;
      if (this.#hasEnded) throw this.#lost(during);
      const leftMs = until - performance.now();
      if (leftMs <= 0) throw refuse("timed_out", "timedOut", { endpoint: this.endpoint, afterMs: this.#silenceMs });
      await this.#stir(leftMs);
    }
  }

  /** A line without its end. Empty ones are a sign of life while the node prepares, and passed over. */
  async line(during: string): Promise<string> {
    let text = "";
    for (;;) {
      const chunk = await this.more(during);
      const end = chunk.indexOf(NEWLINE);
      text += chunk.toString("latin1", 0, end < 0 ? chunk.length : end);
      if (text.length > LONGEST_LINE) throw this.garbled("a line", `more than ${LONGEST_LINE} bytes without an end`);
      if (end < 0) continue;
      this.giveBack(chunk.subarray(end + 1));
      if (text.trim() !== "") return text.trimEnd();
      text = "";
    }
  }

  /** What was taken too much: comes first at the next `more`. */
  giveBack(bytes: Buffer): void {
    this.#held = bytes;
  }

  /** Never awaited: what is written here is small, and a connection that does not take it is silent too. */
  send(...words: readonly (string | Buffer)[]): void {
    const parts = words.flatMap((word) => [`$${Buffer.byteLength(word)}\r\n`, word, "\r\n"]);
    const bytes = [`*${words.length}\r\n`, ...parts].map((part) => (Buffer.isBuffer(part) ? part : Buffer.from(part)));
    if (this.#socket.writable) this.#socket.write(Buffer.concat(bytes));
  }

  garbled(expected: string, found: string): Error {
    return refuse("invalid", "replicationGarbled", { endpoint: this.endpoint, expected, found });
  }

  close(): void {
    this.#signal?.removeEventListener("abort", this.#abort);
    this.#socket.destroy();
  }

  #take(): Buffer | undefined {
    const held = this.#held;
    if (held.length > 0) {
      this.#held = Buffer.alloc(0);
      return held;
    }
    return (this.#socket.read() as Buffer | null) ?? undefined;
  }

  async #stir(afterMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      timer = setTimeout(resolve, afterMs);
    });
    clearTimeout(timer);
    this.#wake = () => {};
  }

  #lost(during: string): Error {
    const { endpoint } = this;
    if (!this.#failure) return refuse("unreachable", "replicationEnded", { endpoint, during });
    return refuse("unreachable", "unreachable", { endpoint, reason: this.#failure.message }, this.#failure);
  }
}
