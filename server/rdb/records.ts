import type { Family } from "./types";

/** What a value is on disk: its type and its bytes as they stand there, not decoded. */
export type RawValue = {
  readonly type: number;
  /** Who wrote it: a few types mean other things to the other family. */
  readonly family: Family;
  readonly bytes: Buffer;
};

export type KeyFacts = {
  readonly db: number;
  readonly key: Buffer;
  /** A point in time; may have passed. 64 bits, as the servers take it. */
  readonly expiresAtMs: bigint | undefined;
  /** What eviction knows of it, when the server had an LRU or LFU policy. */
  readonly idleSeconds: number | undefined;
  readonly frequency: number | undefined;
};

export type KeyRecord = KeyFacts & {
  readonly kind: "key";
  readonly value: RawValue;
  /** What modules of Redis 8.6 and later attached, behind its opcode, opaque. */
  readonly meta: Buffer | undefined;
};

/** Of a reader that does not keep values. */
export type SizedKeyRecord = KeyFacts & { readonly kind: "sized-key"; readonly type: number; readonly bytes: number };

/** What a file holds between its header and its end, and a writer takes. */
export type ContentRecord =
  | { readonly kind: "aux"; readonly name: string; readonly value: Buffer }
  | { readonly kind: "db"; readonly db: number }
  | { readonly kind: "resize"; readonly keys: number; readonly expiring: number }
  | { readonly kind: "slot"; readonly slot: number; readonly keys: number; readonly expiring: number }
  | { readonly kind: "slot-import"; readonly job: Buffer; readonly ranges: readonly (readonly [number, number])[] }
  | { readonly kind: "function"; readonly code: Buffer }
  | { readonly kind: "module-aux"; readonly bytes: Buffer }
  | KeyRecord;

/** Everything an RDB file says, in its order. Buffers are views into the chunks that were read: copy what is kept long. */
export type RdbRecord =
  | { readonly kind: "header"; readonly family: Family; readonly version: number }
  | ContentRecord
  | SizedKeyRecord
  /** `absent`: the server wrote none (rdbchecksum no). Size of all, checksum included. */
  | { readonly kind: "end"; readonly checksum: "verified" | "absent"; readonly bytes: number };
