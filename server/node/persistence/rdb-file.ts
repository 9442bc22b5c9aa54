import { RdbParser } from "@/server/rdb/parser";
import type { Keyspace } from "../keyspace/keyspace";
import type { History } from "../parts";
import { SnapshotJob } from "../replication/snapshot-job";
import { takenValue } from "../replication/taken-value";
import type { ValueCodec } from "../replication/value-codec";

const CHUNK_BYTES = 1024 * 1024;

export type Loading = {
  readonly keyspace: Keyspace;
  readonly codec: ValueCodec;
  /** Keys past it are left out; undefined: a replica takes them as they are, its primary deletes them. */
  readonly now: number | undefined;
};

export type Loaded = {
  readonly keys: number;
  /** Left out. */
  readonly expired: readonly { readonly db: number; readonly key: Buffer }[];
  readonly bytes: number;
  readonly history: History | undefined;
};

/** An RDB file into the keyspace. `isHead`: something else stands behind it. Throws for what is damaged or not known. */
export function loadRdb(file: Buffer, { keyspace, codec, now }: Loading, isHead = false): Loaded {
  const parser = new RdbParser({ isHead });
  const expired: { readonly db: number; readonly key: Buffer }[] = [];
  const aux = new Map<string, string>();
  let [keys, bytes] = [0, 0];
  for (let at = 0; at < file.length && bytes === 0; at += CHUNK_BYTES)
    for (const record of parser.push(file.subarray(at, at + CHUNK_BYTES))) {
      if (record.kind === "end") bytes = record.bytes;
      if (record.kind === "aux") aux.set(record.name, record.value.toString("latin1"));
      if (record.kind !== "key") continue;
      const expiresAtMs = record.expiresAtMs === undefined ? undefined : Number(record.expiresAtMs);
      if (now !== undefined && expiresAtMs !== undefined && expiresAtMs <= now) {
        expired.push({ db: record.db, key: Buffer.from(record.key) });
        continue;
      }
      const database = keyspace.databases[record.db];
      if (!database) throw new RangeError(`database ${record.db} is not one of ${keyspace.databases.length}`);
      database.set(record.key.toString("latin1"), takenValue(record, codec), expiresAtMs);
      keys++;
    }
  parser.end();
  return { keys, expired, bytes, history: historyOf(aux) };
}

const ID = /^[0-9a-f]{40}$/;
const NUMBER = /^\d{1,15}$/;

/** As redis writes it: of whose stream the file is a moment. */
export const historyAux = (history: History | undefined): Readonly<Record<string, string>> =>
  history === undefined
    ? {}
    : { "repl-stream-db": String(history.db), "repl-id": history.id, "repl-offset": String(history.offset) };

function historyOf(aux: ReadonlyMap<string, string>): History | undefined {
  const [id = "", offset = "", db = ""] = ["repl-id", "repl-offset", "repl-stream-db"].map((name) => aux.get(name));
  if (!ID.test(id) || !NUMBER.test(offset)) return undefined;
  return { id, offset: Number(offset), db: NUMBER.test(db) ? Number(db) : 0 };
}

export type Snapshot = { readonly job: SnapshotJob; readonly chunks: readonly Buffer[] };

/** The data of this moment; it is whole when the job is done. */
export function snapshotOf(
  { keyspace, codec }: Pick<Loading, "keyspace" | "codec">,
  aux: Readonly<Record<string, string>>,
): Snapshot {
  const chunks: Buffer[] = [];
  const job = new SnapshotJob({ keyspace, codec, aux, write: (bytes) => chunks.push(bytes) });
  return { job, chunks };
}
