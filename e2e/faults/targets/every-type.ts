import { keySlot } from "@/lib/cluster/key-slot";
import { hasSlot } from "@/lib/cluster/slots";
import { type Owners, settle, startCluster } from "../cluster";
import { kindOf } from "../engines";
import { sidesOf } from "../half-move";
import { type Expected, pipe, tagOf, type Writing, write } from "../keys";
import { pictureOf } from "../picture";
import { openShell, told } from "../shell";
import { clean, type Kit, type Outcome, type Session, sumOf, type Target, wrongly } from "../target";

const KEYS = 10_000;
const SLOTS = 500;
const MOST_TTL_OFF_MS = 5;
/** Where the stream is one among the types below. */
const STREAM = 9;

/** R27: what is carried is the same afterwards, to the byte of its DUMP and to the millisecond of its end. */
export const everyType: Target = {
  name: "R27",
  what: "10 000 keys of every type have the same DUMP and the same end after a move, to 5 ms",
  rounds: 4,
  open,
};

async function open(kit: Kit): Promise<Session> {
  const cluster = await startCluster({ ...kit, owners: 3, replicas: 3 });
  const shell = openShell(kit);
  const { owners } = await settle(cluster.nodes);
  const writings = keysOfEveryType(KEYS, SLOTS);
  const all: Expected = await write(cluster, owners, writings);
  // A server that carries slots by itself sends a stream as commands: what it holds is the same, its packing is not.
  const isRewritten = kindOf(kit.engine).isAtomic;
  const streams = isRewritten ? writings.filter((_, i) => i % makers.length === STREAM).map(({ name }) => name) : [];
  const expected: Expected = new Map([...all].filter(([name]) => !streams.includes(name)));
  const held = await streamsIn(owners, streams);
  const round = async (): Promise<Outcome> => {
    const [, target] = sidesOf((await settle(cluster.nodes)).owners);
    const move = ["cluster", "reshard", cluster.entry, "--cluster-to", target.id, "--ranges", `0-${SLOTS - 1}`];
    const moved = await shell.run([...move, "--yes", "--json"]);
    const picture = await pictureOf(cluster, expected);
    const off = picture.worstTtlMs;
    return {
      ...sumOf([
        picture,
        all.size === KEYS ? clean : wrongly(`only ${all.size} of ${KEYS} keys were there before`),
        differing(held, await streamsIn(picture.owners, streams)),
        moved.code === 0 ? clean : wrongly(`not moved: ${told(moved)}`),
        off > MOST_TTL_OFF_MS ? wrongly(`an end is ${off} ms from where it was`) : clean,
      ]),
      figures: { ttlOffMs: off, moveMs: moved.tookMs },
    };
  };
  return { round, close: cluster.close };
}

/** What each stream holds: entries, groups, consumers and what is pending, without the times of their last visits. */
async function streamsIn(owners: Owners, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const told = new Map<string, string>();
  for (const [node, ranges] of owners) {
    const mine = names.filter((name) => hasSlot(ranges, keySlot(name)));
    const replies = await pipe(
      node.redis,
      mine.map((name) => ["XINFO", "STREAM", name, "FULL", "COUNT", 0]),
    );
    for (const [i, name] of mine.entries()) told.set(name, textOf(replies[i]));
  }
  return told;
}

function textOf(reply: unknown): string {
  if (Array.isArray(reply)) return `[${timeless(reply).map(textOf).join(",")}]`;
  return Buffer.isBuffer(reply) ? reply.toString("latin1") : String(reply);
}

const TIMES = new Set(["seen-time", "active-time", "radix-tree-keys", "radix-tree-nodes"]);
const timeless = (reply: readonly unknown[]): readonly unknown[] =>
  reply.filter((_, i) => ![reply[i], reply[i - 1]].some((one) => Buffer.isBuffer(one) && TIMES.has(one.toString())));

function differing(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): Outcome {
  const off = [...before].filter(([name, text]) => after.get(name) !== text);
  const [first] = off;
  if (!first) return clean;
  return { ...clean, wrong: off.length, trouble: [`${first[0]} held ${first[1]}, and holds ${after.get(first[0])}`] };
}

/** Small enough that their DUMP has one order only: no hash tables, whose order is every server's own. */
function keysOfEveryType(count: number, slots: number): readonly Writing[] {
  return Array.from({ length: count }, (_, i) => {
    const name = `{${tagOf(i % slots)}}:type:${i}`;
    const life = i % 2 === 0 ? [["PEXPIREAT", name, Date.now() + 600_000 + i * 7]] : [];
    return { name, commands: [...(makers[i % makers.length]?.(name, i) ?? []), ...life] };
  });
}

type Maker = (name: string, i: number) => Writing["commands"];
const makers: readonly Maker[] = [
  (name, i) => [["SET", name, `text ${i}`.repeat(1 + (i % 40))]],
  (name, i) => [["SET", name, i]],
  (name, i) => [["RPUSH", name, ...Array.from({ length: 1 + (i % 30) }, (_, n) => `entry ${n} of ${i}`)]],
  (name, i) => [["SADD", name, ...Array.from({ length: 1 + (i % 50) }, (_, n) => n * i)]],
  (name, i) => [["HSET", name, ...Array.from({ length: 1 + (i % 20) }, (_, n) => [`field ${n}`, `value ${i}`]).flat()]],
  (name, i) => [
    ["ZADD", name, ...Array.from({ length: 1 + (i % 40) }, (_, n) => [n / 7, `member ${n} of ${i}`]).flat()],
  ],
  (name, i) => [["PFADD", name, ...Array.from({ length: 5 + (i % 9) }, (_, n) => `seen ${n + i}`)]],
  (name, i) => [["SETBIT", name, i % 5000, 1]],
  (name) => [["GEOADD", name, 7.44, 46.94, "Bern", 8.54, 47.37, "Zürich"]],
  stream,
];

function stream(name: string, i: number): Writing["commands"] {
  const entries = Array.from({ length: 3 + (i % 8) }, (_, n) => ["XADD", name, `${1000 + n}-${i}`, "n", n, "of", i]);
  return [
    ...entries,
    ["XGROUP", "CREATE", name, "readers", "0"],
    ["XGROUP", "CREATE", name, "others", "1001-0"],
    ["XREADGROUP", "GROUP", "readers", "ann", "COUNT", 2, "STREAMS", name, ">"],
    ["XACK", name, "readers", `1000-${i}`],
    ["XDEL", name, `1002-${i}`],
  ];
}
