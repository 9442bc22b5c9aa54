import type { ShardFile } from "@/lib/wire/backups";
import type { RdbRecord } from "@/server/rdb/records";

export type Tally = Pick<ShardFile, "keys" | "expiring" | "databases" | "functions" | "rdb" | "checksum">;

/** Counts what an RDB file holds while its records pass by. */
export function tally(): { readonly seen: (record: RdbRecord) => void; readonly result: () => Tally } {
  const databases = new Map<number, number>();
  let expiring = 0;
  let functions = 0;
  let rdb: Tally["rdb"] = { family: "redis", version: 0 };
  let checksum: Tally["checksum"] = "absent";
  const seen = (record: RdbRecord): void => {
    if (record.kind === "sized-key") {
      databases.set(record.db, (databases.get(record.db) ?? 0) + 1);
      if (record.expiresAtMs !== undefined) expiring++;
    } else if (record.kind === "function") functions++;
    else if (record.kind === "header") rdb = { family: record.family, version: record.version };
    else if (record.kind === "end") checksum = record.checksum;
  };
  const result = (): Tally => ({
    keys: [...databases.values()].reduce((sum, keys) => sum + keys, 0),
    expiring,
    databases: [...databases].map(([db, keys]) => ({ db, keys })),
    functions,
    rdb,
    checksum,
  });
  return { seen, result };
}
