import { dumpOf } from "@/server/rdb/dump";
import { recode } from "@/server/rdb/recode";
import { type Call, keyOf } from "../command";
import type { Entry, Key } from "../keyspace/database";
import { RDB_VERSION, type ValueCodec } from "../replication/value-codec";
import { commandBytes } from "../wire/command-bytes";
import type { MigrateRequest } from "./request";
import type { Target, TargetUser } from "./target";
import type { Targets } from "./targets";

export type TransferOptions = {
  readonly call: Call;
  readonly request: MigrateRequest;
  readonly keys: readonly { readonly key: Key; readonly entry: Entry }[];
  readonly targets: Targets;
  readonly codec: ValueCodec;
  readonly ended: () => void;
};

type Asked = "login" | "select" | { readonly key: Key };

const CONNECTING = "IOERR error or timeout connecting to the client";
const ioError = (what: "reading" | "writing") => `IOERR error or timeout ${what} to target instance`;

/**
 * One MIGRATE, from the first byte to the answer. Nothing else is executed on this node meanwhile.
 *
 *   1. AUTH and SELECT where they are needed, and a RESTORE for each key go out at once; answers come in that order.
 *   2. A key is deleted here when the target said that it has it, and not before: a target that dies in between leaves the key
 *      here, and perhaps there as well.
 *   3. What was deleted is told to replicas as one DEL, whatever the answer to the client is.
 *
 * A connection that breaks before any answer was perhaps just an old one: once, it is tried again on a new one.
 */
export class Transfer implements TargetUser {
  readonly #options: TransferOptions;
  #target: Target | undefined;
  #asked: Asked[] = [];
  #deleted: Key[] = [];
  #error: string | undefined;
  #refusal: string | undefined;
  #mayRetry = true;
  #answers = 0;
  #unsent = 0;
  #movedMs = 0;
  #isOver = false;

  constructor(options: TransferOptions) {
    this.#options = options;
  }

  start(): void {
    const { targets, request } = this.#options;
    this.#movedMs = this.#now();
    const target = targets.take(request.target);
    this.#target = target;
    target.user = this;
    if (target.isConnected) this.connected();
  }

  connected(): void {
    const { request, keys } = this.#options;
    const { login, db } = request;
    const target = this.#target;
    if (!target) return;
    this.#movedMs = this.#now();
    this.#asked = [];
    const out: Buffer[] = [];
    if (login) {
      this.#asked.push("login");
      out.push(commandBytes(login));
    }
    if (target.db !== db) {
      this.#asked.push("select");
      out.push(commandBytes(["SELECT", String(db)]));
    }
    for (const { key, entry } of keys) {
      this.#asked.push({ key });
      out.push(this.#restore(key, entry));
    }
    for (const bytes of out) target.send(bytes);
    this.#unsent = target.unsent;
  }

  answered(line: string): void {
    const asked = this.#asked.shift();
    if (asked === undefined) return;
    this.#movedMs = this.#now();
    this.#answers++;
    if (typeof asked === "string") {
      if (line.startsWith("-")) this.#refusal ??= line.slice(1);
    } else this.#restored(asked.key, line);
    if (this.#asked.length === 0) this.#end();
  }

  lost(): void {
    const target = this.#target;
    if (!target || this.#isOver) return;
    const wasConnected = target.isConnected;
    this.#unsent = Math.min(this.#unsent, target.unsent);
    this.#options.targets.drop(target);
    if (wasConnected && this.#mayRetry && this.#answers === 0) {
      this.#mayRetry = false;
      this.start();
      return;
    }
    this.#error ??= ioError(wasConnected && this.#unsent === 0 ? "reading" : "writing");
    this.#end();
  }

  /** The target's time is counted anew whenever it took or answered something. */
  tick(): void {
    const target = this.#target;
    if (!target || this.#isOver) return;
    const { unsent } = target;
    if (unsent < this.#unsent) this.#movedMs = this.#now();
    this.#unsent = unsent;
    if (this.#now() - this.#movedMs < this.#options.request.timeoutMs) return;
    this.#mayRetry = false;
    if (!target.isConnected) this.#error = CONNECTING;
    this.lost();
  }

  #restore(key: Key, { value, expiresAtMs }: Entry): Buffer {
    const { call, request, codec } = this.#options;
    const target = { version: RDB_VERSION, accepts: ["packed-borders"] as const };
    const payload = dumpOf(recode(codec.encode(value), target, key).value, RDB_VERSION);
    const ttl = expiresAtMs === undefined ? 0 : Math.max(1, expiresAtMs - call.node.world.now());
    const name = call.node.cluster ? "RESTORE-ASKING" : "RESTORE";
    return commandBytes([name, key, String(ttl), payload, ...(request.replaces ? ["REPLACE"] : [])]);
  }

  #restored(key: Key, line: string): void {
    const { call, request } = this.#options;
    const refusal = this.#refusal ?? (line.startsWith("-") ? line.slice(1) : undefined);
    if (refusal !== undefined) {
      this.#error ??= `ERR Target instance replied with error: ${refusal}`;
      return;
    }
    if (request.copies || call.node.replication.role !== "primary") return;
    call.db.delete(key);
    this.#deleted.push(key);
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { call, request, ended } = this.#options;
    const { client, node, db } = call;
    const target = this.#target;
    if (target) {
      target.user = undefined;
      target.usedMs = this.#now();
      target.db = this.#error === undefined ? request.db : undefined;
    }
    if (this.#deleted.length > 0) node.tell(db.number, ["DEL", ...this.#deleted]);
    ended();
    if (this.#error === undefined) client.reply.ok();
    else client.reply.error(this.#error);
    client.lastWriteOffset = node.replication.offset;
    client.block = undefined;
  }

  #now(): number {
    return this.#options.call.node.world.monotonicMs();
  }
}

/** Those of the request that are here, each once as often as it was named. */
export const present = ({ db }: Call, { keys }: MigrateRequest): TransferOptions["keys"] =>
  keys.flatMap((name) => {
    const key = keyOf(name);
    const entry = db.read(key);
    return entry ? [{ key, entry }] : [];
  });
