import { type Call, keyOf } from "../command";
import { pointOf, scoresOf } from "../geo/cell";
import { cellsOf, distanceWithin, type Shape } from "../geo/shape";
import type { SortedSet } from "../keyspace/sorted-set";
import { FIRST_TWO, family, GROW, READ } from "./family";
import { answerDistance, answerPoint } from "./geo";
import { readSearch, type Search, type SearchOptions, shapeOf } from "./geo-search-options";
import { upper } from "./numbers";
import { readZset, storeZset } from "./zset-values";

type Found = { readonly member: string; readonly score: number; readonly away: number };

/** In the order of the cells, then of scores; no more than `limit` where that is not 0. */
function find(sorted: SortedSet, shape: Shape, limit: number): Found[] {
  const found: Found[] = [];
  for (const cell of cellsOf(shape)) {
    const { least, most } = scoresOf(cell);
    const from = sorted.below(least, false);
    for (const { member, score } of sorted.slice(from, sorted.below(most, false) - 1)) {
      if (limit > 0 && found.length >= limit) return found;
      const away = distanceWithin(shape, score);
      if (away !== undefined) found.push({ member, score, away });
    }
  }
  return found;
}

function answer(call: Call, found: readonly Found[], options: SearchOptions): void {
  const { reply } = call;
  const { withDistance, withHash, withPoint } = options;
  const more = [withDistance, withHash, withPoint].filter(Boolean).length;
  reply.array(found.length);
  for (const { member, score, away } of found) {
    if (more > 0) reply.array(1 + more);
    reply.bulk(member);
    if (withDistance) answerDistance(call, away / options.metres);
    if (withHash) reply.integer(BigInt(Number.isFinite(score) ? Math.trunc(score) : -(2 ** 63)));
    if (withPoint) answerPoint(call, pointOf(score));
  }
}

const searches = (search: Search) => (call: Call) => {
  const source = keyOf(call.args[search.stores === "first" ? 2 : 1]);
  const sorted = readZset(call, source)?.sorted;
  const options = readSearch(call, search, sorted);
  const { order, count, isAny, target, storesDistance, metres } = options;
  const shape = shapeOf(options);
  const found = sorted && shape ? find(sorted, shape, isAny ? count : 0) : [];
  if (order) found.sort((a, b) => (order === "near" ? a.away - b.away : b.away - a.away));
  const wanted = count > 0 ? found.slice(0, count) : found;
  if (target === undefined) return answer(call, wanted, options);
  const scored = wanted.map(({ member, score, away }) => ({ member, score: storesDistance ? away / metres : score }));
  storeZset(call, target, scored);
  // Another machine's sine may round otherwise: it is told what came of it here.
  if (storesDistance && scored.length > 0)
    call.tell(["DEL", target], ["ZADD", target, ...scored.flatMap(({ member, score }) => [String(score), member])]);
};

/** The key, and what stands behind the first STORE and the first STOREDIST, whichever is taken. */
const radiusKeys =
  (from: number) =>
  (args: readonly Buffer[]): readonly Buffer[] => {
    const behind = (word: string) => {
      const at = args.findIndex((arg, index) => index >= from && index + 1 < args.length && upper(arg) === word);
      return at < 0 ? undefined : args[at + 1];
    };
    return [args[1], behind("STORE"), behind("STOREDIST")].filter((one) => one !== undefined);
  };

const byPlace =
  "Query a sorted set representing a geospatial index to fetch members matching a given maximum distance from a point";
const byMember =
  "Query a sorted set representing a geospatial index to fetch members matching a given maximum distance from a member";
const MOVING = [...GROW, "movablekeys"] as const;

export const geoSearchCommands = family("geo", [
  {
    name: "georadius",
    arity: -6,
    flags: MOVING,
    keys: radiusKeys(6),
    since: "3.2.0",
    summary: byPlace,
    run: searches({ from: "place", stores: "option" }),
  },
  {
    name: "georadius_ro",
    arity: -6,
    flags: READ,
    since: "3.2.10",
    summary: "A read-only variant for GEORADIUS",
    run: searches({ from: "place", stores: "never" }),
  },
  {
    name: "georadiusbymember",
    arity: -5,
    flags: MOVING,
    keys: radiusKeys(5),
    since: "3.2.0",
    summary: byMember,
    run: searches({ from: "member", stores: "option" }),
  },
  {
    name: "georadiusbymember_ro",
    arity: -5,
    flags: READ,
    since: "3.2.10",
    summary: "A read-only variant for GEORADIUSBYMEMBER",
    run: searches({ from: "member", stores: "never" }),
  },
  {
    name: "geosearch",
    arity: -7,
    flags: READ,
    since: "6.2.0",
    summary: "Query a sorted set representing a geospatial index to fetch members inside an area of a box or a circle.",
    run: searches({ from: "option", stores: "never" }),
  },
  {
    name: "geosearchstore",
    arity: -8,
    flags: GROW,
    keys: FIRST_TWO,
    since: "6.2.0",
    summary:
      "Query a sorted set representing a geospatial index to fetch members inside an area of a box or a circle, and store the result in another key.",
    run: searches({ from: "option", stores: "first" }),
  },
]);
