import { refuse } from "@/server/refuse";
import { CRC64_BYTES, Crc64 } from "./crc64";
import { Cursor } from "./cursor";
import { damaged, whole } from "./damage";
import { keyMetaLayout, layoutOf } from "./layouts";
import type { RawValue } from "./records";
import { Skipper } from "./skipper";
import { familyOf, isKnownVersion, knownVersions, OPCODE, typeName } from "./types";

/**
 * What DUMP answers and RESTORE takes: the type, the value as in a file, 2 bytes of version, 8 of checksum over all before
 * (createDumpPayload and verifyDumpPayload in cluster.c). A server refuses versions above its own, and Valkey 9 those of
 * Redis 7.4 and later: the version says who will read it, not who wrote it.
 */
const VERSION_BYTES = 2;
const FOOT = VERSION_BYTES + CRC64_BYTES;

export type Dumped = { readonly version: number; readonly value: RawValue; readonly meta: Buffer | undefined };

/** Verified: version, checksum, and that the value ends where it says. */
export function readDump(payload: Buffer): Dumped {
  const version = readFoot(payload);
  const family = familyOf(version);
  const body = payload.subarray(0, payload.length - FOOT);
  return whole(() => {
    const cursor = new Cursor(body);
    const skipper = new Skipper();
    let type = cursor.byte("a type");
    let meta: Buffer | undefined;
    if (type === OPCODE.keyMetaOrSlotImport && family === "redis") {
      skipper.start(keyMetaLayout);
      skipper.run(cursor);
      meta = body.subarray(1, cursor.at);
      type = cursor.byte("a type");
    }
    const layout = layoutOf(type, family);
    if (!layout) throw damaged(cursor.offset - 1, `a type of RDB version ${version}`, String(type));
    const start = cursor.at;
    skipper.start(layout);
    skipper.run(cursor);
    if (cursor.left > 0) throw damaged(cursor.offset, `the end of ${typeName(type)}`, `${cursor.left} more bytes`);
    return { version, value: { type, family, bytes: body.subarray(start) }, meta };
  });
}

function readFoot(payload: Buffer): number {
  const at = payload.length - FOOT;
  if (at < 1) throw damaged(payload.length, `more than ${FOOT} bytes`, String(payload.length));
  const version = payload.readUInt16LE(at);
  if (!isKnownVersion(version)) throw refuse("invalid", "rdbVersion", { magic: "DUMP", version, known: knownVersions });
  const offset = at + VERSION_BYTES;
  const found = payload.subarray(offset);
  const expected = new Crc64().update(payload, 0, offset).digest();
  if (!expected.equals(found) && found.some((byte) => byte !== 0))
    throw refuse("invalid", "rdbChecksum", {
      offset,
      expected: expected.toString("hex"),
      found: found.toString("hex"),
    });
  return version;
}

/** The payload of a value as it is: the caller knows that `version` reads it. */
export function dumpOf({ type, bytes }: RawValue, version: number, meta?: Buffer): Buffer {
  const head = meta ? [Buffer.of(OPCODE.keyMetaOrSlotImport), meta, Buffer.of(type)] : [Buffer.of(type)];
  return sealed([...head, bytes], version);
}

/** What FUNCTION RESTORE takes: library after library. */
export function functionsDump(libraries: readonly Buffer[], version: number): Buffer {
  const length = (code: Buffer) => {
    const bytes = Buffer.alloc(6, 0x80);
    bytes[0] = OPCODE.function;
    bytes.writeUInt32BE(code.length, 2);
    return bytes;
  };
  return sealed(
    libraries.flatMap((code) => [length(code), code]),
    version,
  );
}

function sealed(parts: readonly Buffer[], version: number): Buffer {
  const end = parts.reduce((sum, part) => sum + part.length, 0);
  const payload = Buffer.allocUnsafe(end + FOOT);
  let at = 0;
  for (const part of parts) at += part.copy(payload, at);
  payload.writeUInt16LE(version, end);
  const summed = end + VERSION_BYTES;
  new Crc64().update(payload, 0, summed).digest().copy(payload, summed);
  return payload;
}
