import { type Call, CommandError, keyOf, wrongType } from "../command";
import { Deque } from "../keyspace/deque";
import type { StoredList, StoredSet, StoredSortedSet } from "../keyspace/value";
import { family, GROW, READ } from "./family";
import { readSortOptions, type SortOptions, sortKeys } from "./sort-options";

type Sortable = StoredList | StoredSet | StoredSortedSet;
type Weighed = { readonly item: string; readonly score: number; readonly text: string | undefined };

const latin1 = (text: string): Buffer => Buffer.from(text, "latin1");
const isLess = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Whole numbers as they stand in a set of them. */
const byNumber = (a: string, b: string): number => Number(BigInt(a) - BigInt(b));

function readSortable({ db }: Call, key: string): Sortable | undefined {
  const value = db.read(key)?.value;
  if (!value) return undefined;
  if (value.type !== "list" && value.type !== "set" && value.type !== "zset") throw wrongType();
  return value;
}

function itemsOf(value: Sortable | undefined): readonly string[] {
  switch (value?.type) {
    case undefined:
      return [];
    case "list":
      return [...value.items].map((item) => item.toString("latin1"));
    case "set":
      return value.encoding === "intset" ? [...value.members.names].sort(byNumber) : value.members.names;
    case "zset":
      return value.sorted.slice(0, value.sorted.size - 1).map(({ member }) => member);
  }
}

/** What a pattern names for an item: a string, or the field behind `->` of a hash. `#` is the item itself. */
function lookUp({ db }: Call, pattern: string, item: string): string | undefined {
  if (pattern === "#") return item;
  const star = pattern.indexOf("*");
  if (star < 0) return undefined;
  const arrow = pattern.indexOf("->", star + 1);
  const field = arrow >= 0 && arrow + 2 < pattern.length ? pattern.slice(arrow + 2) : undefined;
  const key = pattern.slice(0, star) + item + pattern.slice(star + 1, field === undefined ? undefined : arrow);
  const value = db.read(key)?.value;
  if (value?.type === "string" && field === undefined) return value.bytes.toString("latin1");
  return value?.type === "hash" && field !== undefined ? value.fields.get(field)?.toString("latin1") : undefined;
}

/** As C reads a double: spaces before it, no end, sixteens too; nothing at all is 0. Undefined: it is none, or beyond one. */
function weightOf(text: string): number | undefined {
  const [said = ""] = text.split("\0", 1);
  const trimmed = said.replace(/^[ \t\n\v\f\r]+/, "");
  if (said === "") return 0;
  if (/^[+-]?inf(inity)?$/i.test(trimmed)) return trimmed.startsWith("-") ? -Infinity : Infinity;
  if (/^[+-]?0x[0-9a-f]{1,13}$/i.test(trimmed))
    return Number(trimmed.replace(/^[+-]/, "")) * (trimmed[0] === "-" ? -1 : 1);
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed)) return undefined;
  const score = Number(trimmed);
  const isLost = score === 0 ? /^[^e]*[1-9]/i.test(trimmed) : Math.abs(score) < 2.2250738585072014e-308;
  return Number.isFinite(score) && !isLost ? score : undefined;
}

function weigh(call: Call, item: string, { by, isAlpha }: SortOptions): Weighed {
  const text = by === undefined ? item : lookUp(call, by, item);
  if (isAlpha) return { item, score: 0, text };
  const score = text === undefined ? 0 : weightOf(text);
  if (score === undefined) throw new CommandError("ERR One or more scores can't be converted into double");
  return { item, score, text: item };
}

function compare(a: Weighed, b: Weighed): number {
  if (a.score !== b.score) return a.score < b.score ? -1 : 1;
  if (a.text === undefined || b.text === undefined)
    return (a.text === undefined ? 0 : 1) - (b.text === undefined ? 0 : 1);
  return isLess(a.text, b.text);
}

/** First and last place that are meant, of `size`; last below first: none. */
function placesOf({ offset, count }: SortOptions, size: number): readonly [number, number] {
  const first = Math.min(Math.max(offset, 0), size);
  const wanted = Math.min(Math.max(count, -1), size);
  const last = wanted < 0 ? size - 1 : first + wanted - 1;
  return first >= size ? [size - 1, size - 2] : [first, Math.min(last, size - 1)];
}

function sorted(call: Call, value: Sortable | undefined, options: SortOptions): readonly string[] {
  const items = itemsOf(value);
  const [first, last] = placesOf(options, items.length);
  const isAsItStands = options.by !== undefined && !options.by.includes("*");
  const isReversed = isAsItStands && options.isDescending && value?.type !== "set";
  if (isAsItStands) return (isReversed ? [...items].reverse() : items).slice(Math.max(0, first), last + 1);
  const sign = options.isDescending ? -1 : 1;
  const weighed = items.map((item) => weigh(call, item, options)).sort((a, b) => sign * compare(a, b));
  return weighed.slice(Math.max(0, first), last + 1).map(({ item }) => item);
}

/** Of a set that is stored as it stands every replica must make the same list: by bytes. */
function settleOrder(value: Sortable | undefined, options: SortOptions): void {
  if (value?.type !== "set" || options.store === undefined) return;
  if (options.by === undefined || options.by.includes("*")) return;
  options.by = undefined;
  options.isAlpha = true;
}

function store(call: Call, target: string, found: readonly (string | undefined)[], isUncertain: boolean): void {
  const { db, reply } = call;
  const items = found.map((item) => latin1(item ?? ""));
  if (items.length > 0) {
    db.set(target, { type: "list", items: Deque.of(items), encoding: "quicklist" });
    call.dirty(items.length);
    if (isUncertain) call.tell(["DEL", target], ["RPUSH", target, ...items]);
  } else if (db.delete(target)) {
    call.dirty(1);
    call.tell(["DEL", target]);
  }
  reply.integer(items.length);
}

const run = (isReadOnly: boolean) => (call: Call) => {
  const { args, reply } = call;
  const options = readSortOptions(call, isReadOnly);
  const value = readSortable(call, keyOf(args[1]));
  settleOrder(value, options);
  // redis takes it out of its listpack to walk it, and leaves it so.
  if (value?.type === "zset") value.encoding = "skiplist";
  const items = sorted(call, value, options);
  const { get } = options;
  const found = get.length === 0 ? items : items.flatMap((item) => get.map((pattern) => lookUp(call, pattern, item)));
  if (options.store !== undefined) {
    // Members of one weight stand as the set holds them, which is not the same on every node.
    store(call, options.store, found, options.by !== undefined && value?.type !== "list");
    return;
  }
  reply.array(found.length);
  for (const item of found)
    if (item === undefined) reply.nothing();
    else reply.bulk(item);
};

export const sortCommands = family("generic", [
  {
    name: "sort",
    arity: -2,
    flags: [...GROW, "movablekeys"],
    keys: sortKeys,
    since: "1.0.0",
    summary: "Sort the elements in a list, set or sorted set",
    run: run(false),
  },
  {
    name: "sort_ro",
    arity: -2,
    flags: [...READ, "movablekeys"],
    since: "7.0.0",
    summary: "Sort the elements in a list, set or sorted set. Read-only variant of SORT.",
    run: run(true),
  },
]);
