import { RdbParser } from "@/server/rdb/parser";
import type { Keyspace } from "../keyspace/keyspace";
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

export type Loaded = { readonly keys: number; readonly expired: number; readonly bytes: number };

/** An RDB file into the keyspace. `isHead`: something else stands behind it. Throws for what is damaged or not known. */
export function loadRdb(file: Buffer, { keyspace, codec, now }: Loading, isHead = false): Loaded {
  const parser = new RdbParser({ isHead });
  const loaded = { keys: 0, expired: 0, bytes: 0 };
  for (let at = 0; at < file.length && loaded.bytes === 0; at += CHUNK_BYTES)
    for (const record of parser.push(file.subarray(at, at + CHUNK_BYTES))) {
      if (record.kind === "end") loaded.bytes = record.bytes;
      if (record.kind !== "key") continue;
      const expiresAtMs = record.expiresAtMs === undefined ? undefined : Number(record.expiresAtMs);
      if (now !== undefined && expiresAtMs !== undefined && expiresAtMs <= now) {
        loaded.expired++;
        continue;
      }
      const database = keyspace.databases[record.db];
      if (!database) throw new RangeError(`database ${record.db} is not one of ${keyspace.databases.length}`);
      database.set(record.key.toString("latin1"), takenValue(record, codec), expiresAtMs);
      loaded.keys++;
    }
  parser.end();
  return loaded;
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
