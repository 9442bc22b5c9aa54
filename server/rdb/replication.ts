import type { Duplex } from "node:stream";
import { OpsError } from "@/lib/errors";
import { CommandReader } from "./command-reader";
import { type HandshakeOptions, handshake, type Resync } from "./handshake";
import { Peer } from "./peer";
import { snapshot } from "./snapshot";

/**
 * A node's data as a replica gets it: PSYNC, the snapshot, then every write since, in order.
 *
 *   1. Over a connection that the caller opened (plain or TLS), used for this alone, and closed at the end of every way.
 *   2. Handshake, then `snapshot()`: the bytes of an RDB file. The node forks to make it and holds the writes back for us
 *      meanwhile: whoever is slower here than its client-output-buffer-limit replica allows is cut off by the node.
 *   3. `commands()`: what was written since, each with the offset behind it. An ACK goes out at once (a node that sent its
 *      snapshot without a size waits for it) and each second, of what the consumer has come back from: the node counts it
 *      for WAIT and min-replicas-to-write as it counts a replica.
 *
 * Nothing is sent twice and no connection opened anew: an end is an error, and the caller starts over, or goes on from the
 * offset that it was at (`left`) while the node still has what came after. The rule is syncCommand and replconfCommand in Valkey's replication.c.
 */
export type ReplicationOptions = HandshakeOptions & {
  /** For messages: host and port. */
  readonly endpoint: string;
  readonly socket: Duplex;
  /** How long the node may say nothing: it pings every repl-ping-replica-period (10 s) and while it forks every second. */
  readonly silenceMs?: number | undefined;
  readonly maxArgBytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
};

export type ReplicatedCommand = {
  readonly db: number;
  /** As the node executed it: PING, SELECT, MULTI and EXEC are among them. Views: copy what is kept long. */
  readonly args: readonly Buffer[];
  /** The node's replication offset behind this command. */
  readonly offset: number;
};

const SILENCE_MS = 60_000;
const MAX_ARG_BYTES = 512 * 1024 * 1024;
const ACK_EVERY_MS = 1000;

type Phase = "handshaken" | "snapshot" | "between" | "stream";

export class Replication {
  readonly replid: string;
  /** Of the snapshot: it holds every write up to here, and none after. */
  readonly offset: number;
  /** It goes on from where an earlier connection was left: there is no snapshot, `commands()` comes at once. */
  readonly continues: boolean;
  readonly #peer: Peer;
  readonly #maxArgBytes: number;
  readonly #db: number;
  #phase: Phase = "handshaken";

  private constructor(peer: Peer, { replid, offset, continues, db = 0 }: Resync, maxArgBytes: number) {
    this.#peer = peer;
    this.replid = replid;
    this.offset = offset;
    this.continues = continues;
    this.#db = db;
    if (continues) this.#phase = "between";
    this.#maxArgBytes = maxArgBytes;
  }

  /** Throws OpsError `unauthenticated`, `unreachable`, `timed_out`, `cancelled` or `invalid`; the socket is closed then. */
  static async start(options: ReplicationOptions): Promise<Replication> {
    const { endpoint, socket, silenceMs = SILENCE_MS, maxArgBytes = MAX_ARG_BYTES, signal } = options;
    const peer = new Peer(socket, { endpoint, silenceMs, signal });
    try {
      return new Replication(peer, await handshake(peer, options), maxArgBytes);
    } catch (error) {
      peer.close();
      throw error;
    }
  }

  /** Once, and to its end before `commands`. Bytes as they come: `readRdb` and `verifyRdb` say whether they are whole. */
  async *snapshot(): AsyncGenerator<Buffer> {
    this.#advance("handshaken", "snapshot");
    try {
      yield* snapshot(this.#peer);
      this.#phase = "between";
    } finally {
      if (this.#phase === "snapshot") this.close();
    }
  }

  /** Once, behind the snapshot; ends only by an error, or when the consumer leaves. */
  async *commands(): AsyncGenerator<ReplicatedCommand> {
    this.#advance("between", "stream");
    const reader = new CommandReader(this.#maxArgBytes);
    let done = this.offset;
    const acknowledge = () => this.#peer.send("REPLCONF", "ACK", String(done));
    const timer = setInterval(acknowledge, ACK_EVERY_MS);
    try {
      acknowledge();
      let db = this.#db;
      for (;;) {
        for (const { args, bytes } of reader.push(await this.#peer.more("its stream of commands"))) {
          const name = nameOf(args[0]);
          if (name === "SELECT") db = Number(args[1]);
          if (name !== "REPLCONF") yield { db, args, offset: done + bytes };
          done += bytes;
          if (name === "REPLCONF") acknowledge();
        }
      }
    } finally {
      clearInterval(timer);
      this.close();
    }
  }

  close(): void {
    this.#peer.close();
  }

  #advance(from: Phase, to: Phase): void {
    if (this.#phase !== from)
      throw new OpsError({ code: "internal", message: `a replication in phase ${this.#phase} cannot go on to ${to}` });
    this.#phase = to;
  }
}

const LONGEST_NAME = 8;
const nameOf = (word: Buffer | undefined): string =>
  word && word.length <= LONGEST_NAME ? word.toString("latin1").toUpperCase() : "";
