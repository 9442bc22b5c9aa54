import { Cursor, many } from "./cursor";
import { whole } from "./damage";
import { hasBorderElement, SMALLEST_BORDER } from "./listpack";
import { mostFrom } from "./lzf";
import type { RawValue } from "./records";
import { TYPE } from "./types";

const PLAIN = 1;

/**
 * Whether a value holds listpack elements of a length that two releases of one version pack differently. A server that
 * takes such a value from the other (by RESTORE, MIGRATE or a file) answers OK, and fails an assertion when it is read: seen
 * from Redis 7.0 to 8.8. Small values, nearly all, cost a look at their heads.
 */
export function hasBorderElements({ type, bytes }: RawValue): boolean {
  if (mostFrom(bytes.length) < SMALLEST_BORDER) return false;
  const cursor = new Cursor(bytes);
  const packed = () => {
    const start = cursor.at;
    const bytes = cursor.stringHead("packed elements");
    cursor.take(bytes, "packed elements");
    if ((cursor.form === "lzf" ? cursor.inflated : bytes) < SMALLEST_BORDER) return false;
    cursor.at = start;
    return hasBorderElement(cursor.string("packed elements"));
  };
  return whole(() => {
    switch (type) {
      case TYPE.hashListpack:
      case TYPE.zsetListpack:
      case TYPE.setListpack:
      case TYPE.hashExpiringListpackCandidate:
        return packed();
      case TYPE.hashExpiringListpack:
        cursor.int64("the earliest expiry");
        return packed();
      case TYPE.listQuicklist2:
        return many(cursor, () => {
          const isPlain = cursor.length("the form of a list's node") === PLAIN;
          return isPlain ? skipString(cursor) : packed();
        }).includes(true);
      case TYPE.stream1:
      case TYPE.stream2:
      case TYPE.stream3:
      case TYPE.stream4:
      case TYPE.stream5:
        return many(cursor, () => skipString(cursor) || packed()).includes(true);
    }
    return false;
  });
}

function skipString(cursor: Cursor): boolean {
  cursor.take(cursor.stringHead("a string"), "a string");
  return false;
}
