import { nameOf } from "@/server/rdb/damage";
import type { KeyRecord } from "@/server/rdb/records";
import { typeName } from "@/server/rdb/types";
import type { StoredValue } from "../keyspace/value";
import { CannotFollow } from "./halt";
import type { ValueCodec } from "./value-codec";

/** The value of a key in an RDB file. Throws CannotFollow with the key, its database and its type where it cannot be held here. */
export function takenValue({ key, db, value }: KeyRecord, codec: ValueCodec): StoredValue {
  try {
    return codec.decode(value);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CannotFollow(
      `the key ${nameOf(key)} of database ${db} (${typeName(value.type)}) is not held here: ${why}`,
    );
  }
}
