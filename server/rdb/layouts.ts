import { type Family, TYPE } from "./types";

/**
 * The form of every value on disk, as data: what rdbSaveObject and rdbLoadObject of Valkey 9.0 and Redis 8.8 write and
 * read. The skipper walks values by this table without understanding them, so that their bytes can be passed on as they
 * are; a new type of a server is a line here.
 *
 * A number is that many bytes. `length` is a length or what is stored like one. `each` is a length, then its parts that
 * many times. A packed form (ziplist, listpack, intset, zipmap) is one string.
 */
export type Part = number | "length" | "string" | "textDouble" | "module" | "array" | "element" | Each;
type Each = { readonly each: readonly Part[] };

const ID = 16;
const TIME = 8;

const pending: Each = { each: [ID, TIME, "length"] };
const owned: Each = { each: [ID] };
const nodes: Each = { each: ["string", "string"] };
const position = ["length", "length", "length"] as const;
const edges = ["length", "length", "length", "length", "length"] as const;
const consumers: Each = { each: ["string", TIME, owned] };
const activeConsumers: Each = { each: ["string", TIME, TIME, owned] };
const groups: Each = { each: ["string", "length", "length", "length", pending, activeConsumers] };
const released: Each = { each: [ID] };
const producers: Each = { each: ["string", { each: ["string", "length", "length"] }] };
const idempotency = ["length", "length", producers, "length", "length"] as const;

const LAYOUTS: Readonly<Record<number, readonly Part[]>> = {
  [TYPE.string]: ["string"],
  [TYPE.list]: [{ each: ["string"] }],
  [TYPE.set]: [{ each: ["string"] }],
  [TYPE.zsetText]: [{ each: ["string", "textDouble"] }],
  [TYPE.hash]: [{ each: ["string", "string"] }],
  [TYPE.zset]: [{ each: ["string", 8] }],
  [TYPE.module]: ["length", "module"],
  [TYPE.hashZipmap]: ["string"],
  [TYPE.listZiplist]: ["string"],
  [TYPE.setIntset]: ["string"],
  [TYPE.zsetZiplist]: ["string"],
  [TYPE.hashZiplist]: ["string"],
  [TYPE.listQuicklist]: [{ each: ["string"] }],
  [TYPE.stream1]: [nodes, ...position, { each: ["string", "length", "length", pending, consumers] }],
  [TYPE.hashListpack]: ["string"],
  [TYPE.zsetListpack]: ["string"],
  [TYPE.listQuicklist2]: [{ each: ["length", "string"] }],
  [TYPE.stream2]: [
    nodes,
    ...position,
    ...edges,
    { each: ["string", "length", "length", "length", pending, consumers] },
  ],
  [TYPE.setListpack]: ["string"],
  [TYPE.stream3]: [nodes, ...position, ...edges, groups],
  [TYPE.hashExpiringListpackCandidate]: ["string"],
  [TYPE.hashExpiringMin]: [TIME, { each: ["length", "string", "string"] }],
  [TYPE.hashExpiringListpack]: [TIME, "string"],
  [TYPE.stream4]: [nodes, ...position, ...edges, groups, ...idempotency],
  [TYPE.stream5]: [nodes, ...position, ...edges, { each: [...groups.each, released] }, ...idempotency],
  [TYPE.array]: ["array"],
  [TYPE.rateLimit]: ["length"],
};

const VALKEY_EXPIRING: readonly Part[] = [{ each: ["string", "string", TIME] }];
const CANDIDATE_EXPIRING: readonly Part[] = [{ each: ["length", "string", "string"] }];

/** Of a key: how many, then the class of each (4 bytes) and what its module wrote. */
export const keyMetaLayout: readonly Part[] = [{ each: [4, "module"] }];
/** Module id, `2` and when it was written, what the module wrote. */
export const moduleAuxLayout: readonly Part[] = ["length", "length", "length", "module"];

export function layoutOf(type: number, family: Family): readonly Part[] | undefined {
  if (type === TYPE.hashExpiring) return family === "valkey" ? VALKEY_EXPIRING : CANDIDATE_EXPIRING;
  if (family === "valkey" && type > TYPE.hashExpiring) return undefined;
  return LAYOUTS[type];
}
