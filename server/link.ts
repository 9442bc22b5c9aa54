import { isIP } from "node:net";
import type { ConnectionOptions } from "node:tls";
import { Redis, type RedisOptions } from "ioredis";
import { type Endpoint, formatEndpoint } from "@/lib/cluster/node";
import { OpsError } from "@/lib/errors";
import { withDeadline } from "./deadline";
import { meteredConnector, ReplyMeter } from "./link-connector";

/**
 * One plain connection to one node. It follows no redirect, never sends a command twice, keeps no offline queue and
 * never reconnects (FAULTS I9): whoever needs another connection opens one and looks at the cluster again first.
 *
 * A reply that says no is a `NodeReplyError`. Anything else that goes wrong is an OpsError `unreachable` or
 * `timed_out` with `details.sent`: true means the command may have been carried out, so its outcome is unknown until
 * it is read back. After a time-out the connection is closed, so that a late reply can never be taken for another's.
 */
export type Arg = string | number | Buffer;
export type Command = readonly Arg[];
export type Reply = unknown;

/** Answers pinned IPs for host names under the console's address policy; throws OpsError when it is not allowed. */
export type Resolve = (endpoint: Endpoint) => Promise<string>;

export type Dial = {
  readonly endpoint: Endpoint;
  readonly resolve?: Resolve | undefined;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /**
   * A node that asks for no password is no match for one. Always so where changes are made: MIGRATE with a password to
   * such a node fails, and has written its keys there all the same (FAULTS e10).
   */
  readonly strictLogin?: boolean | undefined;
  readonly tls?: ConnectionOptions | undefined;
  /** CLIENT SETNAME, for mutating connections (I18). */
  readonly name?: string | undefined;
  readonly connectTimeoutMs?: number | undefined;
  /** Default time a reply may take. */
  readonly timeoutMs?: number | undefined;
  /** What may arrive between two idle moments; the connection is cut above it. */
  readonly maxReplyBytes?: number | undefined;
};

export type CallOptions = { readonly timeoutMs?: number | undefined; readonly buffers?: boolean | undefined };

export type Sent = {
  readonly endpoint: Endpoint;
  readonly command: Command;
  readonly atMs: number;
  readonly tookMs: number;
  readonly reply: Reply;
  readonly error: Error | undefined;
};

/** The node answered with an error reply. `prefix` is its first word: MOVED, BUSYKEY, IOERR, CLUSTERDOWN, ERR … */
export class NodeReplyError extends Error {
  readonly prefix: string;
  readonly endpoint: Endpoint;

  constructor(message: string, endpoint: Endpoint) {
    super(message);
    this.name = "NodeReplyError";
    this.prefix = message.split(" ", 1)[0] ?? "";
    this.endpoint = endpoint;
  }
}

export type Settled =
  | { readonly ok: true; readonly value: Reply }
  | { readonly ok: false; readonly error: NodeReplyError };

const CONNECT_TIMEOUT_MS = 2000;
const REPLY_TIMEOUT_MS = 5000;
const MAX_REPLY_BYTES = 64 * 1024 * 1024;
/** As Redis 5 to 8 and Valkey spell it; 5 takes no user, and a server may want no password at all. */
const REFUSED_LOGIN =
  /^(WRONGPASS|NOAUTH|NOPERM|ERR (invalid password|Client sent AUTH|AUTH|wrong number of arguments for 'auth'))/i;

export class Link {
  readonly endpoint: Endpoint;
  /** Told of every command when it has an outcome: the transcript. */
  onSent: ((sent: Sent) => void) | undefined;
  readonly #redis: Redis;
  readonly #timeoutMs: number;
  readonly #meter: ReplyMeter;
  #lastError: Error | undefined;
  #closed = false;

  private constructor(redis: Redis, dial: Dial, meter: ReplyMeter) {
    this.#redis = redis;
    this.#meter = meter;
    this.endpoint = dial.endpoint;
    this.#timeoutMs = dial.timeoutMs ?? REPLY_TIMEOUT_MS;
    redis.on("error", (error: Error) => {
      this.#lastError = error;
    });
    redis.on("end", () => {
      this.#closed = true;
    });
  }

  /** Connects, authenticates and names the connection. Throws OpsError `unreachable`, `timed_out` or `unauthenticated`. */
  static async open(dial: Dial): Promise<Link> {
    const meter = new ReplyMeter(dial.maxReplyBytes ?? MAX_REPLY_BYTES);
    const link = new Link(new Redis(await optionsOf(dial, meter)), dial, meter);
    const deadlineMs = (dial.connectTimeoutMs ?? CONNECT_TIMEOUT_MS) + link.#timeoutMs;
    try {
      await withDeadline(link.#redis.connect(), deadlineMs, () => link.#silence(deadlineMs, false));
      const hello: Command = dial.name ? ["CLIENT", "SETNAME", dial.name] : ["PING"];
      const replies = await link.pipeline([...strictLogin(dial), hello]);
      const last = replies.at(-1);
      for (const reply of replies)
        if (!reply.ok && (reply !== last || !isAdmitted(reply.error, dial))) throw reply.error;
      return link;
    } catch (error) {
      link.close();
      throw link.#openingError(error);
    }
  }

  get isOpen(): boolean {
    return !this.#closed;
  }

  async call(command: Command, options: CallOptions = {}): Promise<Reply> {
    const [settled] = await this.pipeline([command], options);
    if (!settled) throw new OpsError({ code: "internal", message: "a command without an outcome" });
    if (!settled.ok) throw settled.error;
    return settled.value;
  }

  /** Sends all commands in one write and waits for all replies. Error replies are data here; a lost connection throws. */
  async pipeline(commands: readonly Command[], options: CallOptions = {}): Promise<readonly Settled[]> {
    if (this.#closed) throw this.#lost(false);
    const startedMs = Date.now();
    const clock = performance.now();
    const timeoutMs = options.timeoutMs ?? this.#timeoutMs;
    const metered = this.#meter.begin();
    const tell = (command: Command, reply: Reply, error: Error | undefined) =>
      this.onSent?.({
        endpoint: this.endpoint,
        command,
        atMs: startedMs,
        tookMs: performance.now() - clock,
        reply,
        error,
      });
    try {
      const replies = await withDeadline(this.#send(commands, options.buffers ?? false), timeoutMs, () => {
        const error = this.#silence(timeoutMs, true);
        this.close();
        return error;
      });
      if (this.#meter.isOver) throw this.#lost(true, this.#meter.error());
      return replies.map(([error, value], i) => {
        const refusal = error ? this.#refusal(error) : undefined;
        tell(commands[i] as Command, value, refusal);
        return refusal ? { ok: false, error: refusal } : { ok: true, value };
      });
    } catch (error) {
      const known = error instanceof OpsError ? error : this.#lost(true, error);
      for (const command of commands) tell(command, undefined, known);
      throw known;
    } finally {
      metered.end();
    }
  }

  close(): void {
    this.#closed = true;
    this.#redis.disconnect();
  }

  async #send(commands: readonly Command[], buffers: boolean): Promise<readonly [Error | null, Reply][]> {
    const line = this.#redis.pipeline();
    for (const [name, ...args] of commands) {
      if (buffers) line.callBuffer(String(name), ...args);
      else line.call(String(name), ...args);
    }
    return (await line.exec()) ?? [];
  }

  /** ioredis gives lost connections per command too; only a real reply of the server is a refusal. */
  #refusal(error: Error): NodeReplyError {
    if (error.name === "ReplyError") return new NodeReplyError(error.message, this.endpoint);
    throw this.#lost(true, error);
  }

  #lost(sent: boolean, cause?: unknown): OpsError {
    const why = this.#lastError ?? cause;
    const reason = why instanceof Error ? why.message : "the connection was closed";
    return new OpsError({
      code: "unreachable",
      sentence: "unreachable",
      message: `${formatEndpoint(this.endpoint)} cannot be reached: ${reason}`,
      details: { endpoint: formatEndpoint(this.endpoint), reason, sent },
      cause: why,
    });
  }

  #silence(afterMs: number, sent: boolean): OpsError {
    return new OpsError({
      code: "timed_out",
      sentence: "timedOut",
      message: `${formatEndpoint(this.endpoint)} gave no answer within ${afterMs} ms`,
      details: { endpoint: formatEndpoint(this.endpoint), afterMs, sent },
    });
  }

  #openingError(error: unknown): OpsError {
    const why = this.#lastError ?? error;
    const text = why instanceof Error ? why.message : String(why);
    if (REFUSED_LOGIN.test(text)) {
      return new OpsError({
        code: "unauthenticated",
        sentence: "wrongCredentials",
        message: `${formatEndpoint(this.endpoint)} refused the user name or password: ${text}`,
        details: { endpoint: formatEndpoint(this.endpoint), reason: text },
        cause: why,
      });
    }
    return error instanceof OpsError && error.code === "timed_out" ? error : this.#lost(false, why);
  }
}

/**
 * Whether the first command was refused by a node that has let us in: one that is loading, or an account without the
 * right to PING. The name of a mutating connection is never optional.
 */
function isAdmitted(error: NodeReplyError, dial: Dial): boolean {
  return !dial.name && ["LOADING", "MASTERDOWN", "BUSY", "NOPERM"].includes(error.prefix);
}

/** The client library takes "no password is set" for a success: here the AUTH is our own command. */
function strictLogin({ strictLogin, name, user, password }: Dial): readonly Command[] {
  if (password === undefined || !(strictLogin || name)) return [];
  return [["AUTH", ...(user ? [user] : []), password]];
}

async function optionsOf(dial: Dial, meter: ReplyMeter): Promise<RedisOptions & { replyMapping: "legacy" }> {
  const host = dial.resolve ? await dial.resolve(dial.endpoint) : dial.endpoint.host;
  const login = strictLogin(dial);
  const servername = dial.tls?.servername ?? (isIP(dial.endpoint.host) ? undefined : dial.endpoint.host);
  return {
    host,
    port: dial.endpoint.port,
    protocol: 2,
    replyMapping: "legacy",
    lazyConnect: true,
    connectTimeout: dial.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    enableReadyCheck: false,
    disableClientInfo: true,
    Connector: meteredConnector(meter),
    ...(login.length > 0 || dial.user === undefined ? {} : { username: dial.user }),
    ...(login.length > 0 || dial.password === undefined ? {} : { password: dial.password }),
    ...(dial.tls ? { tls: { ...dial.tls, ...(servername ? { servername } : {}) } } : {}),
  };
}
