import { connect as connectTcp } from "node:net";
import { connect as connectTls } from "node:tls";
import { AbstractConnector, type RedisOptions, type StandaloneConnectionOptions } from "ioredis";
import { largerThan, ReplyGuard } from "./reply-guard";

/**
 * Bytes that came for what is still unanswered. Commands of one connection are answered in order, so what came since
 * the oldest open question began can only be its reply and the ones after it: that sum may not pass the limit, however
 * long a connection is busy without a pause.
 */
export class ReplyMeter {
  readonly limitBytes: number;
  readonly #open: { readonly at: number }[] = [];
  #total = 0;
  #base = 0;

  constructor(limitBytes: number) {
    this.limitBytes = limitBytes;
  }

  get isOver(): boolean {
    return this.#total - this.#base > this.limitBytes;
  }

  count(bytes: number): void {
    this.#total += bytes;
  }

  begin(): { end(): void } {
    const question = { at: this.#total };
    if (this.#open.length === 0) this.#base = this.#total;
    this.#open.push(question);
    return {
      end: () => {
        this.#open.splice(this.#open.indexOf(question), 1);
        this.#base = this.#open[0]?.at ?? this.#total;
      },
    };
  }

  error(): Error {
    return new Error(largerThan(this.limitBytes));
  }
}

type Constructor = NonNullable<RedisOptions["Connector"]>;
type NetStream = Awaited<ReturnType<InstanceType<Constructor>["connect"]>>;

/**
 * The client library has no limit on the size of a reply, so a hostile or broken node could fill this process's
 * memory. This connector counts what arrives and cuts the connection at the limit, or where no honest reply goes on.
 */
export function meteredConnector(meter: ReplyMeter): Constructor {
  return class MeteredConnector extends AbstractConnector {
    readonly #options: StandaloneConnectionOptions;

    constructor(options: unknown) {
      const standalone = options as StandaloneConnectionOptions;
      super(standalone.disconnectTimeout ?? 2000);
      this.#options = standalone;
    }

    async connect(): Promise<NetStream> {
      this.connecting = true;
      const { host, port, tls } = this.#options;
      const to = { host: host ?? "127.0.0.1", port: port ?? 6379 };
      const stream = tls ? connectTls({ ...to, ...tls }) : connectTcp(to);
      this.stream = stream;
      stream.once("error", (error) => {
        this.firstError = error;
      });
      const guard = new ReplyGuard(meter.limitBytes);
      stream.on("data", (chunk: Buffer) => {
        meter.count(chunk.length);
        const wrong = guard.look(chunk);
        if (meter.isOver) stream.destroy(meter.error());
        else if (wrong !== undefined) stream.destroy(new Error(wrong));
      });
      return stream;
    }
  };
}
