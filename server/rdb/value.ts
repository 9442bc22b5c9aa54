/**
 * A value as what it means. Bytes stay bytes. Order is that of the value on disk: it means something for lists and
 * streams only.
 */
export type StreamId = { readonly ms: bigint; readonly seq: bigint };

export type HashField = {
  readonly field: Buffer;
  readonly value: Buffer;
  /** A point in time; undefined: the field stays. */
  readonly expiresAtMs: bigint | undefined;
};

export type StreamNode = {
  /** What the IDs of the node's entries are counted from: 16 bytes, big endian. */
  readonly id: Buffer;
  readonly listpack: Buffer;
};

export type PendingEntry = { readonly id: StreamId; readonly deliveredAtMs: bigint; readonly deliveries: bigint };

export type StreamConsumer = {
  readonly name: Buffer;
  readonly seenAtMs: bigint;
  /** Undefined: written before 7.2, which does not know it. */
  readonly activeAtMs: bigint | undefined;
  readonly pending: readonly StreamId[];
};

export type StreamGroup = {
  readonly name: Buffer;
  readonly lastId: StreamId;
  /** How many entries it has read; 2^64 − 1 when the server is not sure. Undefined: written before 7.0. */
  readonly entriesRead: bigint | undefined;
  readonly pending: readonly PendingEntry[];
  readonly consumers: readonly StreamConsumer[];
  /** Pending entries that were given back and have no consumer (Redis 8.8). */
  readonly released: readonly StreamId[];
};

/** Of producers that send an entry twice (Redis 8.6). */
export type StreamIdempotency = {
  readonly durationSeconds: bigint;
  readonly maxEntries: bigint;
  readonly producers: readonly {
    readonly id: Buffer;
    readonly entries: readonly { readonly token: Buffer; readonly id: StreamId }[];
  }[];
  readonly added: bigint;
  readonly duplicates: bigint;
};

export type StreamHistory = {
  readonly firstId: StreamId;
  readonly maxDeletedId: StreamId;
  readonly entriesAdded: bigint;
};

export type StreamValue = {
  readonly type: "stream";
  /** Entries in their packed form, which is the same in every version; `streamEntries` opens them. */
  readonly nodes: readonly StreamNode[];
  readonly length: bigint;
  readonly lastId: StreamId;
  /** Undefined: written before 7.0. */
  readonly history: StreamHistory | undefined;
  readonly groups: readonly StreamGroup[];
  readonly idempotency: StreamIdempotency | undefined;
};

export type StreamEntry = { readonly id: StreamId; readonly fields: readonly (readonly [Buffer, Buffer])[] };

export type Value =
  | { readonly type: "string"; readonly bytes: Buffer }
  | { readonly type: "list"; readonly items: readonly Buffer[] }
  | { readonly type: "set"; readonly members: readonly Buffer[] }
  | { readonly type: "hash"; readonly fields: readonly HashField[] }
  | { readonly type: "zset"; readonly members: readonly { readonly member: Buffer; readonly score: number }[] }
  | StreamValue;
