import { isDeepStrictEqual } from "node:util";
import { isOpsError } from "@/lib/errors";
import { decodeValue } from "@/server/rdb/decode";
import { readDump } from "@/server/rdb/dump";
import type { Value } from "@/server/rdb/value";

/** Whether two DUMP payloads mean the same: a server may pack a value otherwise, or tell its members in another order. */
export function isSameValue(a: Buffer, b: Buffer): boolean {
  if (a.equals(b)) return true;
  const [x, y] = [readDump(a).value, readDump(b).value];
  if (x.type === y.type && x.bytes.equals(y.bytes)) return true;
  const [known, other] = [decodeValue(x), decodeValue(y)];
  return known !== undefined && other !== undefined && isDeepStrictEqual(inOrder(known), inOrder(other));
}

/** The same of any two payloads: one that only its module reads is compared byte by byte. */
export function isSameDump(a: Buffer, b: Buffer): boolean {
  try {
    return isSameValue(a, b);
  } catch (error) {
    if (isOpsError(error)) return a.equals(b);
    throw error;
  }
}

function inOrder(value: Value): Value {
  switch (value.type) {
    case "set":
      return { ...value, members: [...value.members].sort(Buffer.compare) };
    case "zset":
      return { ...value, members: [...value.members].sort((a, b) => Buffer.compare(a.member, b.member)) };
    case "hash":
      return { ...value, fields: [...value.fields].sort((a, b) => Buffer.compare(a.field, b.field)) };
    default:
      return value;
  }
}
