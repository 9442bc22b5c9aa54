import type { Command } from "./link";

/** One key of the sandbox and the commands that make it. */
export type SandboxKey = { readonly name: string; readonly commands: readonly Command[] };

const BIG = 20_000;
/** Elements of a big key in one command. */
const PART = 1000;
const HOUR_MS = 3_600_000;

/**
 * So many keys of all types: strings short and long, counters, lists, sets, hashes, sorted sets, streams that groups
 * read, bitmaps, places. Every third expires within a day; every fifth shares a slot with others of its user by a hash
 * tag; the last few are big. The same count gives the same keys.
 */
export function* sandboxKeys(count: number): Generator<SandboxKey> {
  const big = Math.min(bigOnes.length, Math.floor(count / 100));
  for (let i = 0; i < count - big; i++) {
    const kind = kinds[i % kinds.length] ?? text;
    const made = kind(i % 5 === 0 ? `{user:${Math.floor(i / 50)}}:${i}` : String(i), i);
    const life: readonly Command[] = i % 3 === 0 ? [["PEXPIRE", made.name, HOUR_MS + (i % 23) * HOUR_MS]] : [];
    yield { name: made.name, commands: [["DEL", made.name], ...made.commands, ...life] };
  }
  for (const one of bigOnes.slice(0, big)) yield { ...one, commands: [["DEL", one.name], ...one.commands] };
}

type Kind = (id: string, i: number) => SandboxKey;

const list = <T>(length: number, of: (n: number) => T): readonly T[] => Array.from({ length }, (_, n) => of(n));
const one = (name: string, ...command: Command): SandboxKey => ({ name, commands: [command] });

const text: Kind = (id, i) => one(`page:${id}`, "SET", `page:${id}`, `text of page ${i}. `.repeat(1 + (i % 60)));
const kinds: readonly Kind[] = [
  text,
  (id, i) => one(`views:${id}`, "SET", `views:${id}`, i),
  (id, i) => one(`inbox:${id}`, "RPUSH", `inbox:${id}`, ...list(1 + (i % 40), (n) => `message ${n}`)),
  (id, i) => one(`tags:${id}`, "SADD", `tags:${id}`, ...list(1 + (i % 25), (n) => `tag ${(n * 7 + i) % 90}`)),
  (id, i) => one(`profile:${id}`, "HSET", `profile:${id}`, "name", `user ${i}`, "visits", i, "city", `city ${i % 40}`),
  (id, i) => one(`scores:${id}`, "ZADD", `scores:${id}`, ...list(1 + (i % 30), (n) => [n * 3, `player ${n}`]).flat()),
  (id, i) => one(`visitors:${id}`, "PFADD", `visitors:${id}`, ...list(10, (n) => `visitor ${n + i}`)),
  (id, i) => one(`seen:${id}`, "SETBIT", `seen:${id}`, i % 4000, 1),
  (id) => one(`places:${id}`, "GEOADD", `places:${id}`, 7.44, 46.94, "Bern", 8.54, 47.37, "Zurich"),
  (id, i) => {
    const name = `events:${id}`;
    const added = list(3 + (i % 6), (n): Command => ["XADD", name, `${1 + n}-1`, "kind", "visit", "number", n]);
    const read: Command = ["XREADGROUP", "GROUP", "workers", "first", "COUNT", 2, "STREAMS", name, ">"];
    return { name, commands: [...added, ["XGROUP", "CREATE", name, "workers", "0"], read] };
  },
];

const parts = (of: (from: number) => Command): readonly Command[] =>
  list(Math.ceil(BIG / PART), (part) => of(part * PART));

const bigOnes: readonly SandboxKey[] = [
  {
    name: "big:hash",
    commands: parts((from) => [
      "HSET",
      "big:hash",
      ...list(PART, (n) => [`field ${from + n}`, "x".repeat(100)]).flat(),
    ]),
  },
  { name: "big:list", commands: parts((from) => ["RPUSH", "big:list", ...list(PART, (n) => `entry ${from + n}`)]) },
  {
    name: "big:scores",
    commands: parts((from) => ["ZADD", "big:scores", ...list(PART, (n) => [from + n, `player ${from + n}`]).flat()]),
  },
  { name: "big:text", commands: [["SETRANGE", "big:text", 5 * 1024 * 1024, "end"]] },
];
