/** Of what is read from, and written to, RDB files and DUMP payloads, and of following a node's replication stream. */
export const rdbErrors = {
  rdbDamaged: ({ offset, expected, found }: { offset: number; expected: string; found: string }) =>
    `The data is damaged at byte ${offset}: expected ${expected}, found ${found}.`,
  rdbCutOff: ({ offset, expected }: { offset: number; expected: string }) =>
    `The data ends at byte ${offset}, where ${expected} was expected: it is not whole. Fetch it again.`,
  rdbVersion: ({ magic, version, known }: { magic: string; version: number; known: string }) =>
    `RDB version ${version} (${magic}) is not read here: known are ${known}.`,
  rdbChecksum: ({ offset, expected, found }: { offset: number; expected: string; found: string }) =>
    `The checksum at byte ${offset} is ${found}, but the data before it gives ${expected}: something in it was changed. Fetch it again.`,
  rdbValueTooBig: ({ key, offset, bytes, limit }: { key: string; offset: number; bytes: number; limit: number }) =>
    `The value of ${key} at byte ${offset} has ${bytes} bytes or more; values above ${limit} bytes are not held in memory here.`,
  rdbCannotGo: ({ what, target, reason }: { what: string; target: string; reason: string }) =>
    `${what} cannot be written for ${target} as it is: ${reason}. Restore it to a newer version, or accept the loss by name.`,
  rdbOpaque: ({ what, target, form }: { what: string; target: string; form: string }) =>
    `${what} is stored as ${form}, which ${target} does not read, and which has no older form.`,
  replicationRefused: ({ endpoint, reason }: { endpoint: string; reason: string }) =>
    `${endpoint} did not start to replicate: ${reason}`,
  replicationGarbled: ({ endpoint, expected, found }: { endpoint: string; expected: string; found: string }) =>
    `${endpoint} sent what is no replication stream: expected ${expected}, found ${found}.`,
  replicationEnded: ({ endpoint, during }: { endpoint: string; during: string }) =>
    `${endpoint} closed the connection while it sent ${during}. If it says so in its log, raise client-output-buffer-limit replica there, and start again.`,
} as const;

/** Why something cannot be written for an older version as it is, by the name under which the loss is accepted. */
export const rdbLosses = {
  "field-expiries": "some of its fields expire, and this version lets only whole keys expire; they would stay for ever",
  "stream-history": "it counts entries that were added, deleted and read, which this version does not keep",
  "stream-activity": "it tells when its consumers last got an entry, which this version does not keep",
  "stream-producers":
    "it knows what its producers sent, so that nothing is added twice, which this version does not do",
  "stream-released":
    "some of its pending entries were given back and belong to no consumer, which this version does not allow; they would no longer be pending",
  "packed-borders":
    "an element of it takes exactly 16383, 2097151 or 268435455 bytes, which releases before and after May 2026 pack in two ways: one that reads the other's way may crash",
  "key-metadata": "modules have attached metadata to it, for which this version has no place",
  functions: "this version has no functions",
  "slot-imports":
    "it was saved while slots were being imported, which this version does not tell apart from owned ones",
} as const;
