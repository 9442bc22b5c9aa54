import { type Chance, pick } from "./types.fixture";

/** Keys of bits, HyperLogLogs, places, and what is sorted with its weights. */
export const PLACE_KEYS = [
  "b1",
  "b2",
  "b3",
  "p1",
  "p2",
  "p3",
  "g1",
  "g2",
  "l1",
  "s1",
  "z1",
  "w1",
  "w2",
  "w3",
  "d1",
  "d2",
];

/**
 * What stands in a command: b p g a key of that kind, k any key, q one that is sorted, d a target; t a type of a bit field, o an offset,
 * n a number, i a small index, e an element, m a member, x a longitude, y a latitude, r a length, u a unit; all else as it is.
 */
const SHAPES = `
SET b e|APPEND b e|SETBIT b o 1|SETBIT b o 0|BITCOUNT b i i|BITCOUNT b i i BIT|BITPOS b 0|BITPOS b 1|BITPOS b 1 i|BITPOS b 0 i i|BITPOS b 0 i i BIT|BITPOS b 1 i i BIT|GET b
BITOP AND d b b|BITOP OR d b b k|BITOP XOR d b b b|BITOP NOT d b|BITOP AND b b b|BITFIELD b GET t o|BITFIELD b SET t o n|BITFIELD b INCRBY t o n|BITFIELD b INCRBY t #i n GET t #i
BITFIELD b OVERFLOW SAT INCRBY t o n SET t o n|BITFIELD b OVERFLOW FAIL INCRBY t o n SET t o n|BITFIELD b OVERFLOW WRAP SET t o n OVERFLOW SAT SET t o n|BITFIELD_RO b GET t o GET t o
LCS b b|LCS b b LEN|LCS b b IDX|LCS b b IDX MINMATCHLEN i WITHMATCHLEN|LCS b k IDX WITHMATCHLEN
PFADD p e|PFADD p e e e e|PFADD p n e n e n e|PFADD k e|PFCOUNT p|PFCOUNT p p|PFCOUNT k|PFMERGE p p|PFMERGE p p p|PFDEBUG DECODE p|PFDEBUG ENCODING p|GET p|DEL p
GEOADD g x y m|GEOADD g x y m x y m x y m|GEOADD g NX x y m|GEOADD g XX CH x y m|GEOPOS g m m|GEOHASH g m m|GEODIST g m m u|ZREM g m|ZRANGE g 0 -1 WITHSCORES|GEOADD k x y m
GEORADIUS g x y r u|GEORADIUS g x y r u WITHCOORD WITHDIST WITHHASH|GEORADIUS g x y r u COUNT c ANY|GEORADIUS g x y r u ASC|GEORADIUS g x y r u STORE d|GEORADIUSBYMEMBER g m r u WITHDIST DESC
GEOSEARCH g FROMLONLAT x y BYRADIUS r u WITHCOORD|GEOSEARCH g FROMLONLAT x y BYBOX r r u WITHDIST|GEOSEARCH g FROMMEMBER m BYBOX r r u ASC COUNT c|GEOSEARCHSTORE d g FROMMEMBER m BYBOX r r u|GEOSEARCH k FROMMEMBER m BYBOX r r u
RPUSH l1 n n|SADD s1 n|ZADD z1 i n|LPOP l1|SREM s1 n|SET w1 n|SET w2 n|SET w3 e|SORT q|SORT q DESC|SORT q ALPHA|SORT q ALPHA DESC LIMIT i i|SORT q LIMIT i i|SORT q BY nosort LIMIT i i|SORT q BY w* GET # GET w*|SORT q BY w* DESC GET w*
SORT q STORE d|SORT q ALPHA STORE d|SORT q BY nosort STORE d|SORT_RO q ALPHA GET #|SORT k ALPHA|LRANGE d 0 -1|TYPE d|OBJECT ENCODING q|OBJECT ENCODING d|DEL q
`
  .trim()
  .split(/[\n|]/)
  .map((line) => line.split(" "));

const TYPES = ["u1", "u4", "u8", "u16", "u31", "u63", "i1", "i5", "i8", "i33", "i63", "i64", "u64", "x"];
const OFFSETS = ["0", "1", "3", "7", "8", "13", "30", "64", "100", "#0", "#1", "#3", "-1"];
const NUMBERS = ["0", "1", "2", "3", "-1", "17", "300", "-300", "70000", "9223372036854775807", "-9223372036854775808"];
const ELEMENTS = ["", "a", "b", "abc", "abcdefgh", "foobar foobar", "\xff\0\xff", "x\xe9", "long".repeat(20)];
const LONGITUDES = ["0", "180", "-180", "13.361389", "15.087269", "-122.4", "179.9999", "-179.9999", "90"];
const LATITUDES = ["0", "85.05112878", "-85.05112878", "38.115556", "37.502669", "67.5", "-81.2", "-0.0001", "89"];
const LENGTHS = ["0", "1", "50", "200", "1000", "4999.5", "12000", "25000", "1e9"];

function word(shape: string, chance: Chance): string {
  const key = (letter: string) =>
    pick(
      chance,
      PLACE_KEYS.filter((name) => name.startsWith(letter)),
    );
  switch (shape) {
    case "b":
    case "p":
    case "g":
    case "d":
      return key(shape);
    case "k":
      return pick(chance, PLACE_KEYS);
    case "q":
      return pick(chance, ["l1", "s1", "z1"]);
    case "t":
      return pick(chance, TYPES);
    case "o":
      return pick(chance, OFFSETS);
    case "n":
      return pick(chance, NUMBERS);
    case "i":
      return String(chance(9) - 3);
    case "#i":
      return `#${chance(5)}`;
    case "c":
      return String(chance(4) + 1);
    case "e":
      return chance(2) === 0 ? pick(chance, ELEMENTS) : String(chance(100_000));
    case "m":
      return `m${chance(30)}`;
    case "x":
      return chance(3) === 0 ? pick(chance, LONGITUDES) : String((chance(3_600_000) - 1_800_000) / 10_000);
    case "y":
      return chance(3) === 0 ? pick(chance, LATITUDES) : String((chance(1_700_000) - 850_000) / 10_000);
    case "r":
      return pick(chance, LENGTHS);
    case "u":
      return pick(chance, ["m", "km", "KM", "mi", "ft"]);
  }
  return shape;
}

export function placeCommandOf(chance: Chance): readonly string[] {
  const shape = SHAPES[chance(SHAPES.length)] ?? [];
  return shape.map((part) => word(part, chance));
}
