import { isIP } from "node:net";
import type { ConnectionOptions } from "node:tls";
import { type Endpoint, formatEndpoint } from "@/lib/cluster/node";
import { OpsError } from "@/lib/errors";
import { withDeadline } from "./deadline";
import { type RawReply, RefusedReply } from "./link-reply";
import { type Command, Wire } from "./link-wire";
import { SETSLOT_DOCS, takesTimeout, writesOf } from "./link-writes";

/**
 * One plain connection to one node. It follows no redirect, never sends a command twice, keeps no offline queue and
 * never reconnects (FAULTS I9): whoever needs another connection opens one and looks at the cluster again first.
 *
 * A reply that says no is a `NodeReplyError`. Anything else that goes wrong is an OpsError `unreachable` or
 * `timed_out` with `details.sent`: true means the command may have been carried out, so its outcome is unknown until
 * it is read back. After a time-out the connection is closed, so that a late reply can never be taken for another's.
 */
export type { Arg, Command } from "./link-wire";
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
const NO_PASSWORD_SET = /no password is set|without any password configured/i;

export class Link {
  readonly endpoint: Endpoint;
  /** Told of every command when it has an outcome: the transcript. */
  onSent: ((sent: Sent) => void) | undefined;
  readonly #wire: Wire;
  readonly #timeoutMs: number;
  /** Or nobody knows. */
  #holdsSetSlot = true;

  private constructor(wire: Wire, dial: Dial) {
    this.#wire = wire;
    this.endpoint = dial.endpoint;
    this.#timeoutMs = dial.timeoutMs ?? REPLY_TIMEOUT_MS;
  }

  /** Connects, authenticates and names the connection. Throws OpsError `unreachable`, `timed_out` or `unauthenticated`. */
  static async open(dial: Dial): Promise<Link> {
    const link = new Link(await wireOf(dial), dial);
    const deadlineMs = (dial.connectTimeoutMs ?? CONNECT_TIMEOUT_MS) + link.#timeoutMs;
    try {
      await withDeadline(link.#wire.opened, deadlineMs, () => link.#silence(deadlineMs, false));
      const hello: Command = dial.name ? ["CLIENT", "SETNAME", dial.name] : ["PING"];
      const replies = await link.pipeline([...(await link.#login(dial)), hello]);
      if (dial.name) await link.#learnSetSlot();
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
    return this.#wire.isOpen;
  }

  async call(command: Command, options: CallOptions = {}): Promise<Reply> {
    const [settled] = await this.pipeline([command], options);
    if (!settled) throw new OpsError({ code: "internal", message: "a command without an outcome" });
    if (!settled.ok) throw settled.error;
    return settled.value;
  }

  /**
   * Sends all commands in one write and waits for all replies; more SETSLOTs than a server that holds them takes at once
   * in several, one after the other. Error replies are data here; a lost connection throws.
   */
  async pipeline(commands: readonly Command[], options: CallOptions = {}): Promise<readonly Settled[]> {
    const settled: Settled[] = [];
    for (const some of this.#holdsSetSlot ? writesOf(commands) : [commands])
      settled.push(...(await this.#write(some, options)));
    return settled;
  }

  async #write(commands: readonly Command[], options: CallOptions): Promise<readonly Settled[]> {
    if (!this.isOpen) throw this.#lost(false);
    const atMs = Date.now();
    const clock = performance.now();
    const timeoutMs = options.timeoutMs ?? this.#timeoutMs;
    const tell = (command: Command, reply: Reply, error: Error | undefined) => {
      const tookMs = performance.now() - clock;
      this.onSent?.({ endpoint: this.endpoint, command, atMs, tookMs, reply, error });
    };
    try {
      const replies = await withDeadline(this.#wire.send(commands), timeoutMs, () => {
        const error = this.#silence(timeoutMs, true);
        this.close();
        return error;
      });
      return replies.map((reply, i) => {
        const settled = this.#settled(reply, options.buffers ?? false);
        tell(commands[i] as Command, settled.ok ? settled.value : undefined, settled.ok ? undefined : settled.error);
        return settled;
      });
    } catch (error) {
      const known = error instanceof OpsError ? error : this.#lost(true, error);
      for (const command of commands) tell(command, undefined, known);
      throw known;
    }
  }

  /** A server that has no such documentation is older, or does not let us read it: taken to hold. */
  async #learnSetSlot(): Promise<void> {
    const [docs] = await this.pipeline([SETSLOT_DOCS]);
    this.#holdsSetSlot = !docs?.ok || takesTimeout(docs.value);
  }

  close(): void {
    this.#wire.close();
  }

  #settled(reply: RawReply, buffers: boolean): Settled {
    if (reply instanceof RefusedReply) return { ok: false, error: new NodeReplyError(reply.message, this.endpoint) };
    return { ok: true, value: this.#value(reply, buffers) };
  }

  #value(reply: RawReply, buffers: boolean): Reply {
    if (Buffer.isBuffer(reply)) return buffers ? reply : reply.toString();
    if (Array.isArray(reply)) return reply.map((part: RawReply) => this.#value(part, buffers));
    return reply instanceof RefusedReply ? new NodeReplyError(reply.message, this.endpoint) : reply;
  }

  /** Where it is not strict, a node that asks for no password may be given one all the same. */
  async #login({ strictLogin, name, user, password }: Dial): Promise<readonly Command[]> {
    if (password === undefined) return [];
    const login: Command = ["AUTH", ...(user ? [user] : []), password];
    if (strictLogin || name) return [login];
    const [reply] = await this.pipeline([login]);
    if (reply && !reply.ok && !NO_PASSWORD_SET.test(reply.error.message)) throw reply.error;
    return [];
  }

  #lost(sent: boolean, cause?: unknown): OpsError {
    const why = this.#wire.why ?? cause;
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
    const why = this.#wire.why ?? error;
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

async function wireOf(dial: Dial): Promise<Wire> {
  const host = dial.resolve ? await dial.resolve(dial.endpoint) : dial.endpoint.host;
  const servername = dial.tls?.servername ?? (isIP(dial.endpoint.host) ? undefined : dial.endpoint.host);
  return new Wire({
    host,
    port: dial.endpoint.port,
    connectTimeoutMs: dial.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    maxReplyBytes: dial.maxReplyBytes ?? MAX_REPLY_BYTES,
    ...(dial.tls ? { tls: { ...dial.tls, ...(servername ? { servername } : {}) } } : {}),
  });
}
