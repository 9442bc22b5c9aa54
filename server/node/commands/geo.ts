import { type Call, keyOf, syntaxError } from "../command";
import { cellAt, geohashOf, type Point, pointOf, STEPS, scoresOf } from "../geo/cell";
import { distance } from "../geo/distance";
import { family, GROW, READ } from "./family";
import { readPoint, readUnit } from "./geo-arguments";
import { longDoubleOf, longDoubleText } from "./long-double";
import { upper } from "./numbers";
import { zaddAs } from "./zadd";
import { readZset } from "./zset-values";

/** A ZADD of scores: so it is told to replicas too. */
function geoadd(call: Call): void {
  const { args } = call;
  let from = 2;
  while (["NX", "XX", "CH"].includes(upper(args[from]))) from++;
  const words = args.slice(2, from).map(upper);
  if ((args.length - from) % 3 !== 0 || (words.includes("NX") && words.includes("XX"))) throw syntaxError();
  const pairs: Buffer[] = [];
  for (let at = from; at < args.length; at += 3) {
    const { least } = scoresOf(cellAt(readPoint(args, at), STEPS));
    pairs.push(Buffer.from(String(least)), args[at + 2] ?? Buffer.alloc(0));
  }
  const added = [Buffer.from("ZADD"), ...args.slice(1, from), ...pairs];
  zaddAs(call, added);
  call.tell(added);
}

/** Of each member that is named; undefined: it is not there. */
function scoresOfAll(call: Call): readonly (number | undefined)[] {
  const sorted = readZset(call, keyOf(call.args[1]))?.sorted;
  return call.args.slice(2).map((arg) => sorted?.score(keyOf(arg)));
}

export function answerPoint({ reply }: Call, { longitude, latitude }: Point): void {
  reply.array(2);
  for (const value of [longitude, latitude]) {
    const text = longDoubleText(longDoubleOf(value));
    if (reply.resp === 2) reply.bulk(text);
    else reply.raw(Buffer.from(`,${text}\r\n`));
  }
}

/** In the unit that was asked for. */
export const answerDistance = ({ reply }: Call, away: number): void => reply.bulk(away.toFixed(4));

function geopos(call: Call): void {
  const scores = scoresOfAll(call);
  call.reply.array(scores.length);
  for (const score of scores)
    if (score === undefined) call.reply.nothingArray();
    else answerPoint(call, pointOf(score));
}

function geohash(call: Call): void {
  const scores = scoresOfAll(call);
  call.reply.array(scores.length);
  for (const score of scores)
    if (score === undefined) call.reply.nothing();
    else call.reply.bulk(geohashOf(pointOf(score)));
}

function geodist(call: Call): void {
  const { args, reply } = call;
  const metres = args.length === 5 ? readUnit(args[4]) : 1;
  if (args.length > 5) throw syntaxError();
  const sorted = readZset(call, keyOf(args[1]))?.sorted;
  const [from, to] = [sorted?.score(keyOf(args[2])), sorted?.score(keyOf(args[3]))];
  if (from === undefined || to === undefined) reply.nothing();
  else answerDistance(call, distance(pointOf(from), pointOf(to)) / metres);
}

export const geoCommands = family("geo", [
  {
    name: "geoadd",
    arity: -5,
    flags: GROW,
    since: "3.2.0",
    summary: "Add one or more geospatial items in the geospatial index represented using a sorted set",
    run: geoadd,
  },
  {
    name: "geopos",
    arity: -2,
    flags: READ,
    since: "3.2.0",
    summary: "Returns longitude and latitude of members of a geospatial index",
    run: geopos,
  },
  {
    name: "geohash",
    arity: -2,
    flags: READ,
    since: "3.2.0",
    summary: "Returns members of a geospatial index as standard geohash strings",
    run: geohash,
  },
  {
    name: "geodist",
    arity: -4,
    flags: READ,
    since: "3.2.0",
    summary: "Returns the distance between two members of a geospatial index",
    run: geodist,
  },
]);
