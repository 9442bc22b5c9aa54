/**
 * Type and opcode numbers, as rdb.h of Valkey 9.0 and of Redis 8.8 have them. Up to version 11 (7.2) both families are one; from
 * there each has numbers of its own that mean different things to the other: 22 and 243 are told apart by the family,
 * which a file names in its first bytes and a payload by its version (12–79 are Redis, 80 and above Valkey).
 */
export type Family = "redis" | "valkey";

export const firstValkeyVersion = 80;
export const familyOf = (version: number): Family => (version >= firstValkeyVersion ? "valkey" : "redis");

/** 5 brought the checksum (2.6). What was written before is not read. */
const OLDEST = 5;
const NEWEST: Readonly<Record<Family, number>> = { redis: 14, valkey: 80 };
export const knownVersions = `${OLDEST}–${NEWEST.redis} (Redis, Valkey 7.2–8.1) and ${NEWEST.valkey} (Valkey 9)`;

export function isKnownVersion(version: number): boolean {
  const family = familyOf(version);
  return version >= (family === "valkey" ? firstValkeyVersion : OLDEST) && version <= NEWEST[family];
}

export const TYPE = {
  string: 0,
  list: 1,
  set: 2,
  zsetText: 3,
  hash: 4,
  zset: 5,
  module: 7,
  hashZipmap: 9,
  listZiplist: 10,
  setIntset: 11,
  zsetZiplist: 12,
  hashZiplist: 13,
  listQuicklist: 14,
  stream1: 15,
  hashListpack: 16,
  zsetListpack: 17,
  listQuicklist2: 18,
  stream2: 19,
  setListpack: 20,
  stream3: 21,
  /** Valkey 9: field, value, expiry. In Redis the same number is a form of release candidates of 7.4. */
  hashExpiring: 22,
  hashExpiringListpackCandidate: 23,
  hashExpiringMin: 24,
  hashExpiringListpack: 25,
  stream4: 26,
  stream5: 27,
  array: 28,
  rateLimit: 29,
} as const;

export const OPCODE = {
  /** Redis 8.6: what modules attach to a key. Valkey 9: slots that are being imported. */
  keyMetaOrSlotImport: 243,
  slotInfo: 244,
  function: 245,
  functionCandidate: 246,
  moduleAux: 247,
  idle: 248,
  frequency: 249,
  aux: 250,
  resize: 251,
  expiryMs: 252,
  expirySeconds: 253,
  db: 254,
  end: 255,
} as const;

/** The first version of each family that reads a type; a type that is not here is read by all. */
const SINCE: Readonly<Record<number, Partial<Record<Family, number>>>> = {
  [TYPE.hashListpack]: { redis: 10, valkey: 80 },
  [TYPE.zsetListpack]: { redis: 10, valkey: 80 },
  [TYPE.listQuicklist2]: { redis: 10, valkey: 80 },
  [TYPE.stream2]: { redis: 10, valkey: 80 },
  [TYPE.setListpack]: { redis: 11, valkey: 80 },
  [TYPE.stream3]: { redis: 11, valkey: 80 },
  [TYPE.hashExpiringListpackCandidate]: { redis: 12 },
  [TYPE.hashExpiringMin]: { redis: 12 },
  [TYPE.hashExpiringListpack]: { redis: 12 },
  [TYPE.stream4]: { redis: 13 },
  [TYPE.stream5]: { redis: 14 },
  [TYPE.array]: { redis: 14 },
  [TYPE.rateLimit]: { redis: 14 },
};

/** Whether a server of `version` reads values of `type` that were written by `family`. */
export function reads(version: number, type: number, family: Family): boolean {
  const target = familyOf(version);
  if (type === TYPE.hashExpiring) return family === target && version >= (target === "redis" ? 12 : firstValkeyVersion);
  const since = SINCE[type];
  if (!since) return true;
  const first = since[target];
  return first !== undefined && version >= first;
}

const NAMES = new Map<number, string>(Object.entries(TYPE).map(([name, type]) => [type, name]));
export const typeName = (type: number): string => NAMES.get(type) ?? `type ${type}`;
