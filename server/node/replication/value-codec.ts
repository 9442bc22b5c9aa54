import type { RawValue } from "@/server/rdb/records";
import type { StoredValue } from "../keyspace/value";

/** The RDB version that this node writes and says: that of redis 7.0. */
export const RDB_VERSION = 10;

/** A value as its bytes in a file of `RDB_VERSION`, and back from any form that is read. */
export type ValueCodec = {
  encode(value: StoredValue): RawValue;
  /** Throws for what is damaged or not known. The value may keep views of the bytes. */
  decode(raw: RawValue): StoredValue;
};
