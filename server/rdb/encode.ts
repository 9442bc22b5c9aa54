import { encodeStream } from "./encode-stream";
import type { Loss } from "./losses";
import { Output } from "./output";
import type { RawValue } from "./records";
import { familyOf, reads, TYPE } from "./types";
import type { HashField, Value } from "./value";

export type Encoded = {
  readonly value: RawValue;
  /** What of the value the target has no place for: it is not in the bytes. Empty: everything is. */
  readonly losses: readonly Loss[];
};

/**
 * A value in a form that a server of RDB version `target` reads. Collections take their plain form, which every version
 * since 4.0 reads and packs again by its own settings; fields that expire and streams take the form of the version.
 */
export function encodeValue(value: Value, target: number): Encoded {
  const out = new Output();
  const done = (type: number, losses: readonly Loss[] = []): Encoded => ({
    value: { type, family: familyOf(target), bytes: out.flush() },
    losses,
  });
  switch (value.type) {
    case "string":
      out.compactString(value.bytes);
      return done(TYPE.string);
    case "list":
      out.each(value.items, (item) => out.string(item));
      return done(TYPE.list);
    case "set":
      out.each(value.members, (member) => out.string(member));
      return done(TYPE.set);
    case "zset":
      out.each(value.members, ({ member, score }) => out.string(member).double(score));
      return done(TYPE.zset);
    case "hash":
      return done(...encodeHash(value.fields, target, out));
    case "stream":
      return done(...encodeStream(value, target, out));
  }
}

function encodeHash(fields: readonly HashField[], target: number, out: Output): readonly [number, readonly Loss[]] {
  const expiries = fields.flatMap(({ expiresAtMs }) => expiresAtMs ?? []);
  if (expiries.length > 0 && familyOf(target) === "valkey") {
    out.each(fields, ({ field, value, expiresAtMs }) =>
      out
        .string(field)
        .string(value)
        .int64(expiresAtMs ?? -1n),
    );
    return [TYPE.hashExpiring, []];
  }
  if (expiries.length > 0 && reads(target, TYPE.hashExpiringMin, "redis")) {
    const earliest = expiries.reduce((least, at) => (at < least ? at : least));
    out.int64(earliest).each(fields, ({ field, value, expiresAtMs }) =>
      out
        .length(expiresAtMs === undefined ? 0 : expiresAtMs - earliest + 1n)
        .string(field)
        .string(value),
    );
    return [TYPE.hashExpiringMin, []];
  }
  out.each(fields, ({ field, value }) => out.string(field).string(value));
  return [TYPE.hash, expiries.length > 0 ? ["field-expiries"] : []];
}
