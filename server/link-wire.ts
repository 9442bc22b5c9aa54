import { connect as connectTcp, type Socket } from "node:net";
import { type ConnectionOptions, connect as connectTls } from "node:tls";
import { ReplyMeter } from "./link-meter";
import { type RawReply, ReplyParser } from "./link-reply";
import { ReplyGuard } from "./reply-guard";

/** Like a node's own client library would: a peer that is gone without a word is noticed some day. */
const KEEP_ALIVE_MS = 30_000;

export type Arg = string | number | Buffer;
export type Command = readonly Arg[];

type Waiting = {
  readonly replies: RawReply[];
  left: number;
  readonly resolve: (replies: readonly RawReply[]) => void;
  readonly reject: (error: Error) => void;
};

export type WireOptions = {
  readonly host: string;
  readonly port: number;
  readonly tls?: ConnectionOptions | undefined;
  readonly connectTimeoutMs: number;
  /** What may arrive for what is still unanswered; the connection is cut above it. */
  readonly maxReplyBytes: number;
};

/**
 * Bytes to one node and replies from it, in order (RESP2). One write for however many commands: the commands of a move
 * come by the hundred thousand. It never sends anything by itself, twice, or later.
 */
export class Wire {
  readonly #socket: Socket;
  readonly #meter: ReplyMeter;
  readonly #waiting: Waiting[] = [];
  #connected = false;
  #ended = false;
  #why: Error | undefined;
  readonly #opened: Promise<void>;

  constructor({ host, port, tls, connectTimeoutMs, maxReplyBytes }: WireOptions) {
    const socket = tls ? connectTls({ host, port, ...tls }) : connectTcp({ host, port });
    this.#socket = socket;
    this.#meter = new ReplyMeter(maxReplyBytes);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    const late = setTimeout(() => socket.destroy(new Error("connect ETIMEDOUT")), connectTimeoutMs);
    this.#opened = new Promise((resolve, reject) => {
      socket.once(tls ? "secureConnect" : "connect", () => {
        clearTimeout(late);
        this.#connected = true;
        resolve();
      });
      socket.once("close", () => {
        clearTimeout(late);
        this.#end();
        reject(this.#why ?? new Error("the connection was closed"));
      });
    });
    this.#opened.catch(() => {});
    socket.on("error", (error) => {
      this.#why ??= error;
    });
    socket.on("end", () => socket.destroy());
    this.#read(maxReplyBytes);
  }

  /** Resolves when commands may be sent. */
  get opened(): Promise<void> {
    return this.#opened;
  }

  get isOpen(): boolean {
    return this.#connected && !this.#ended;
  }

  /** Why it ended, as far as that is known. */
  get why(): Error | undefined {
    return this.#why;
  }

  /** Rejects when the connection ends before all replies are here. */
  send(commands: readonly Command[]): Promise<readonly RawReply[]> {
    if (!this.isOpen) return Promise.reject(this.#why ?? new Error("the connection was closed"));
    if (commands.length === 0) return Promise.resolve([]);
    const metered = this.#meter.begin();
    return new Promise<readonly RawReply[]>((resolve, reject) => {
      this.#waiting.push({ replies: [], left: commands.length, resolve, reject });
      this.#socket.write(encode(commands), "latin1");
    }).finally(() => metered.end());
  }

  close(): void {
    this.#ended = true;
    this.#socket.destroy();
  }

  #read(maxReplyBytes: number): void {
    const socket = this.#socket;
    const guard = new ReplyGuard(maxReplyBytes);
    const parser = new ReplyParser((reply) => this.#take(reply));
    socket.on("data", (packet: Buffer) => {
      this.#meter.count(packet.length);
      const wrong = this.#meter.isOver ? this.#meter.error().message : guard.look(packet);
      if (wrong !== undefined) return void socket.destroy(new Error(wrong));
      try {
        parser.push(packet);
      } catch (error) {
        socket.destroy(error instanceof Error ? error : new Error(String(error)));
      }
    });
  }

  #take(reply: RawReply): void {
    const first = this.#waiting[0];
    if (!first) throw new Error("a reply that nobody asked for");
    first.replies.push(reply);
    if (--first.left > 0) return;
    this.#waiting.shift();
    first.resolve(first.replies);
  }

  #end(): void {
    this.#ended = true;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#why ?? new Error("the connection was closed"));
  }
}

/** Every character of the text is one byte. */
function encode(commands: readonly Command[]): string {
  let text = "";
  for (const command of commands) {
    text += `*${command.length}\r\n`;
    for (const arg of command) {
      const bytes = Buffer.isBuffer(arg) ? arg.toString("latin1") : bytesOf(String(arg));
      text += `$${bytes.length}\r\n${bytes}\r\n`;
    }
  }
  return text;
}

const isPlain = /^[\0-\x7f]*$/;
const bytesOf = (text: string): string => (isPlain.test(text) ? text : Buffer.from(text).toString("latin1"));
