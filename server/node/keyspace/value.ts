import type { RawValue } from "@/server/rdb/records";
import type { Deque } from "./deque";
import type { Dict } from "./dict";
import type { SortedSet } from "./sorted-set";

/**
 * What a key holds. Names of fields and members are latin1 strings (a byte a character): they are found by content. `encoding`
 * is what OBJECT ENCODING says of redis 7.0: it follows the thresholds on the way up and never goes back, as there.
 * A type without commands here (stream, module) is carried as its RDB bytes: moved, replicated and saved, never opened.
 */
export type StoredString = {
  readonly type: "string";
  bytes: Buffer;
  /** It was changed in its place: redis keeps it apart from then on, however short it is. */
  isRaw?: true;
};
export type StoredList = { readonly type: "list"; readonly items: Deque; encoding: "listpack" | "quicklist" };
export type StoredHash = {
  readonly type: "hash";
  readonly fields: Dict<Buffer>;
  encoding: "listpack" | "hashtable";
};
export type StoredSet = { readonly type: "set"; readonly members: Dict<true>; encoding: "intset" | "hashtable" };
export type StoredSortedSet = { readonly type: "zset"; readonly sorted: SortedSet; encoding: "listpack" | "skiplist" };
export type StoredOpaque = { readonly type: "stream" | "module"; readonly raw: RawValue };

export type StoredValue = StoredString | StoredList | StoredHash | StoredSet | StoredSortedSet | StoredOpaque;
