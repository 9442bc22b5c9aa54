import { type Call, CommandError, keyOf, syntaxError } from "../command";
import { type Point, pointOf } from "../geo/cell";
import type { Shape } from "../geo/shape";
import type { SortedSet } from "../keyspace/sorted-set";
import { readBox, readPoint, readRadius } from "./geo-arguments";
import { numberOf, upper } from "./numbers";

/** GEORADIUS names a place, GEORADIUSBYMEMBER a member; GEOSEARCH says which of them. */
export type Search = { readonly from: "place" | "member" | "option"; readonly stores: "never" | "option" | "first" };

export type SearchOptions = {
  withDistance: boolean;
  withHash: boolean;
  withPoint: boolean;
  isAny: boolean;
  order: "near" | "far" | undefined;
  /** 0: all. */
  count: number;
  target: string | undefined;
  storesDistance: boolean;
  center: Point | undefined;
  isByMember: boolean;
  /** Without its center, which may stand behind it; metres. */
  size: { readonly radius: number } | { readonly width: number; readonly height: number } | undefined;
  /** Of the unit that was named. */
  metres: number;
};

const none = (): SearchOptions => ({
  withDistance: false,
  withHash: false,
  withPoint: false,
  isAny: false,
  order: undefined,
  count: 0,
  target: undefined,
  storesDistance: false,
  center: undefined,
  isByMember: false,
  size: undefined,
  metres: 1,
});

function memberPoint(sorted: SortedSet, member: Buffer | undefined): Point {
  const score = sorted.score(keyOf(member));
  if (score === undefined) throw new CommandError("ERR could not decode requested zset member");
  return pointOf(score);
}

function readCount(arg: Buffer | undefined): number {
  const count = numberOf(arg);
  if (count <= 0) throw new CommandError("ERR COUNT must be > 0");
  return count;
}

/** One word that says how to answer; how many arguments behind it were taken. Undefined: it is none. */
function readAnswer(options: SearchOptions, args: readonly Buffer[], at: number): number | undefined {
  switch (upper(args[at])) {
    case "WITHDIST":
      options.withDistance = true;
      return 0;
    case "WITHHASH":
      options.withHash = true;
      return 0;
    case "WITHCOORD":
      options.withPoint = true;
      return 0;
    case "ANY":
      options.isAny = true;
      return 0;
    case "ASC":
      options.order = "near";
      return 0;
    case "DESC":
      options.order = "far";
      return 0;
    case "COUNT":
      if (at + 1 >= args.length) return undefined;
      options.count = readCount(args[at + 1]);
      return 1;
  }
  return undefined;
}

/** The same for words that say where to search. */
function readPlace(
  options: SearchOptions,
  args: readonly Buffer[],
  at: number,
  sorted: SortedSet | undefined,
): number | undefined {
  const left = args.length - at - 1;
  switch (upper(args[at])) {
    case "FROMMEMBER":
      if (left < 1 || (options.center && !options.isByMember)) return undefined;
      options.isByMember = true;
      if (sorted) options.center = memberPoint(sorted, args[at + 1]);
      return 1;
    case "FROMLONLAT":
      if (left < 2 || options.isByMember) return undefined;
      options.center = readPoint(args, at + 1);
      return 2;
    case "BYRADIUS": {
      if (left < 2 || (options.size && "width" in options.size)) return undefined;
      const { radius, metres } = readRadius(args, at + 1);
      Object.assign(options, { size: { radius }, metres });
      return 2;
    }
    case "BYBOX": {
      if (left < 3 || (options.size && "radius" in options.size)) return undefined;
      const { width, height, metres } = readBox(args, at + 1);
      Object.assign(options, { size: { width, height }, metres });
      return 3;
    }
  }
  return undefined;
}

function readTarget(options: SearchOptions, args: readonly Buffer[], at: number, search: Search): number | undefined {
  const word = upper(args[at]);
  if (search.stores === "first" && word === "STOREDIST") {
    options.storesDistance = true;
    return 0;
  }
  if (search.stores !== "option" || at + 1 >= args.length || (word !== "STORE" && word !== "STOREDIST"))
    return undefined;
  options.target = keyOf(args[at + 1]);
  options.storesDistance = word === "STOREDIST";
  return 1;
}

/** What stands before the options of the older commands; where they begin. */
function readFixed(options: SearchOptions, args: readonly Buffer[], search: Search, sorted: SortedSet | undefined) {
  if (search.from === "option") return search.stores === "first" ? 3 : 2;
  const isPlace = search.from === "place";
  const begin = isPlace ? 6 : 5;
  if (isPlace) options.center = readPoint(args, 2);
  else if (!sorted) return begin;
  else options.center = memberPoint(sorted, args[2]);
  const { radius, metres } = readRadius(args, begin - 2);
  Object.assign(options, { size: { radius }, metres });
  return begin;
}

function check(call: Call, options: SearchOptions, search: Search): void {
  const { withDistance, withHash, withPoint, target, center, isByMember, size, isAny, count } = options;
  const name = keyOf(call.args[0]);
  if (target !== undefined && (withDistance || withHash || withPoint))
    throw new CommandError(
      `ERR ${search.stores === "first" ? "GEOSEARCHSTORE" : "STORE option in GEORADIUS"} is not compatible with WITHDIST, WITHHASH and WITHCOORD options`,
    );
  if (search.from === "option" && !isByMember && !center)
    throw new CommandError(`ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for ${name}`);
  if (search.from === "option" && !size)
    throw new CommandError(`ERR exactly one of BYRADIUS and BYBOX can be specified for ${name}`);
  if (isAny && count === 0) throw new CommandError("ERR the ANY argument requires COUNT argument");
}

/** `sorted` is undefined where the key is not there: all else is read and judged as if it were. */
export function readSearch(call: Call, search: Search, sorted: SortedSet | undefined): SearchOptions {
  const { args } = call;
  const options = none();
  if (search.stores === "first") options.target = keyOf(args[1]);
  for (let at = readFixed(options, args, search, sorted); at < args.length; at++) {
    const taken =
      readAnswer(options, args, at) ??
      readTarget(options, args, at, search) ??
      (search.from === "option" ? readPlace(options, args, at, sorted) : undefined);
    if (taken === undefined) throw syntaxError();
    at += taken;
  }
  check(call, options, search);
  if (options.count > 0 && !options.order && !options.isAny) options.order = "near";
  return options;
}

/** Undefined: nothing says where, which is right only where the key is not there. */
export function shapeOf({ center, size }: SearchOptions): Shape | undefined {
  if (!center || !size) return undefined;
  return "radius" in size ? { kind: "circle", center, ...size } : { kind: "box", center, ...size };
}
