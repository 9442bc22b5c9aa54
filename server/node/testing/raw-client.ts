import { connect, type Socket } from "node:net";

/** A connection that answers with the bytes that came. */
export class RawClient {
  readonly #socket: Socket;
  #bytes = Buffer.alloc(0);
  #wake: () => void = () => {};
  #isClosed = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (bytes: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, bytes]);
      this.#wake();
    });
    socket.on("close", () => {
      this.#isClosed = true;
      this.#wake();
    });
    socket.on("error", () => {});
  }

  static open(port: number): Promise<RawClient> {
    return new Promise((done, failed) => {
      const socket = connect(port, "127.0.0.1", () => done(new RawClient(socket)));
      socket.once("error", failed);
    });
  }

  /** The whole answer as latin1. Behind an answer that closes the connection stands `<closed>`. */
  ask(...args: readonly string[]): Promise<string> {
    const isAnsweredByName = /subscribe$/i.test(args[0] ?? "");
    return this.send(encode(args), isAnsweredByName ? Math.max(1, args.length - 1) : 1);
  }

  /** Until so many answers are here, or the connection is closed. */
  async send(bytes: Buffer, answers: number): Promise<string> {
    this.#socket.write(bytes);
    for (;;) {
      const text = this.#bytes.toString("latin1");
      let end: number | undefined = 0;
      for (let count = 0; count < answers && end !== undefined; count++) end = replyEnd(text, end);
      if (end === undefined && !this.#isClosed) {
        await new Promise<void>((done) => {
          this.#wake = done;
        });
        continue;
      }
      this.#bytes = this.#bytes.subarray(end ?? this.#bytes.length);
      return end === undefined ? `${text}<closed>` : text.slice(0, end);
    }
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** Where the reply at `from` ends; undefined: it is not whole. */
function replyEnd(text: string, from: number): number | undefined {
  const line = text.indexOf("\r\n", from);
  if (line < 0) return undefined;
  const count = Number(text.slice(from + 1, line));
  let end = line + 2;
  switch (text[from]) {
    case "$":
    case "=":
      if (count >= 0) end += count + 2;
      return end > text.length ? undefined : end;
    case "*":
    case "~":
    case ">":
    case "%": {
      const elements = text[from] === "%" ? count * 2 : count;
      for (let at = 0; at < elements; at++) {
        const next = replyEnd(text, end);
        if (next === undefined) return undefined;
        end = next;
      }
      return end;
    }
    default:
      return end;
  }
}

const encode = (args: readonly string[]): Buffer =>
  Buffer.from(`*${args.length}\r\n${args.map((arg) => `$${arg.length}\r\n${arg}\r\n`).join("")}`, "latin1");
