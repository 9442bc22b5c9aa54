import { expect, test } from "vitest";
import { asNodeId } from "@/lib/cluster/node";
import { sampleTopology } from "@/lib/cluster/sample";
import { migrateCommand, migrateTimeoutMs, type SizedKey, takeBatch } from "./batch";
import { type BrakeState, nextBrake } from "./brake";
import { keepsMarks } from "./hearing";
import { keyText } from "./key-text";
import { cutPortions, type FoundSlot } from "./portions";
import { judgeReply, refusal } from "./replies";
import { heirOf } from "./resolve";
import { Speed } from "./speed";
import { MoveStop, Trouble } from "./stop";

const limits = { keys: 100, bytes: 1024 * 1024 };
const sized = (slot: number, bytes: number): SizedKey => ({ slot, key: Buffer.from(`${slot}`), bytes });
const found = (slot: number, keys: number, bytes = 100, more: Partial<FoundSlot> = {}): FoundSlot => ({
  slot,
  keys: Array.from({ length: keys }, () => sized(slot, bytes)),
  listed: keys,
  isWhole: true,
  strays: 0,
  ...more,
});

test.each([
  ["BUSYKEY Target key name already exists.", "conflict"],
  ["ERR Target instance replied with error: BUSYKEY Target key name already exists.", "conflict"],
  ["IOERR error or timeout reading from target instance", "unknown"],
  ["ERR Target instance replied with error: CLUSTERDOWN The cluster is down", "again"],
  ["ERR Target instance replied with error: LOADING Redis is loading the dataset in memory", "again"],
  ["ERR Target instance replied with error: MOVED 1 127.0.0.1:7000", "again"],
  ["READONLY You can't write against a read only replica.", "again"],
  ["MASTERDOWN Link with MASTER is down", "again"],
  ["TRYAGAIN Multiple keys request during rehashing of slot", "again"],
  ["NOREPLICAS Not enough good replicas to write.", "again"],
  ["ERR Please use SETSLOT only with masters.", "again"],
  ["ERR Please use SETSLOT only with primaries.", "again"],
  ["ERR I'm not the owner of hash slot 7", "again"],
  ["ERR I'm already the owner of hash slot 7", "again"],
  ["ERR I don't know about node aa", "again"],
  ["ERR Unknown node aa", "again"],
  ["ERR Can't assign hashslot 7 to a different node while I still hold keys for this hash slot.", "again"],
  ["ERR Target instance replied with error: OOM command not allowed when used memory > 'maxmemory'.", "stop"],
  ["ERR Target instance replied with error: ERR DUMP payload version or checksum are wrong", "stop"],
  ["NOPERM this user has no permissions to run the 'migrate' command", "stop"],
  ["ERR Target instance replied with error: WRONGPASS invalid username-password pair", "stop"],
  ["ERR There is a pending trim job for slot 7. Please retry later once the trim job is completed.", "again"],
  ["ERR Slot export in progress.", "stop"],
  ["ERR Slot 7 is currently in an active atomic slot migration.", "stop"],
  ["ERR something new", "stop"],
])("%s means %s", (text, kind) => {
  expect(judgeReply(text).kind).toBe(kind);
});

test("a refusal names the node and the slot; memory has its own reason", () => {
  const node = asNodeId("a".repeat(40));
  expect(refusal("OOM command not allowed", node, 7)).toBeInstanceOf(MoveStop);
  expect(refusal("OOM command not allowed", node, 7)).toMatchObject({
    reason: { code: "memory", nodeId: node, slot: 7 },
  });
  expect(refusal("NOPERM no", node, 7)).toMatchObject({ reason: { code: "step-failed" } });
  expect(refusal("CLUSTERDOWN no", node, 7)).toBeInstanceOf(Trouble);
});

test("portions stay under keys and bytes; empty slots ride along; a fuller slot is alone", () => {
  const { portions } = cutPortions([found(1, 60), found(2, 0), found(3, 40), found(4, 1), found(5, 300), found(6, 0)], {
    limits,
    biggest: 1e9,
  });
  expect(portions.map(({ slots }) => slots)).toEqual([[1, 2, 3], [4], [5, 6]]);
  const heavy = cutPortions([found(1, 3, 300_000), found(2, 1, 300_000), found(3, 2, 700_000)], {
    limits,
    biggest: 1e9,
  });
  expect(heavy.portions.map(({ slots }) => slots)).toEqual([[1], [2], [3]]);
  const thin = cutPortions(
    Array.from({ length: 40 }, (_, i) => found(i, 1)),
    { limits, biggest: 1e9 },
  );
  expect(thin.portions.map(({ slots }) => slots.length)).toEqual([16, 16, 8]);
});

test("slots with a big key or stray keys are refused, slots not seen whole are left for later", () => {
  const { portions, refused } = cutPortions(
    [found(1, 1), found(2, 2, 5000), found(3, 0, 0, { strays: 4 }), found(4, 101, 1, { isWhole: false }), found(5, 1)],
    { limits, biggest: 1000 },
  );
  expect(portions.map(({ slots }) => slots)).toEqual([[1, 5]]);
  expect(refused).toMatchObject([
    { kind: "big", slot: 2 },
    { kind: "stray", slot: 3, keys: 4 },
  ]);
});

test("a batch takes what fits, and a key that fits nowhere goes alone", () => {
  expect(takeBatch([sized(1, 2e6), sized(1, 1)], limits)).toHaveLength(1);
  expect(takeBatch([sized(1, 1), sized(1, 2e6)], limits)).toHaveLength(1);
  expect(
    takeBatch(
      Array.from({ length: 150 }, () => sized(1, 1)),
      limits,
    ),
  ).toHaveLength(100);
  expect(takeBatch([], limits)).toEqual([]);
});

test("MIGRATE carries credentials as the target wants them, REPLACE only when told", () => {
  const keys = [sized(1, 1)];
  const way = { host: "h", port: 1 };
  expect(migrateCommand(keys, { way, timeoutMs: 5 })).toEqual(["MIGRATE", "h", 1, "", 0, 5, "KEYS", Buffer.from("1")]);
  expect(migrateCommand(keys, { way: { ...way, password: "p" }, timeoutMs: 5, replace: true })).toEqual([
    "MIGRATE",
    "h",
    1,
    "",
    0,
    5,
    "REPLACE",
    "AUTH",
    "p",
    "KEYS",
    Buffer.from("1"),
  ]);
  expect(migrateCommand(keys, { way: { ...way, user: "u", password: "p" }, timeoutMs: 5 })).toContain("AUTH2");
});

test("all calls of a write together stay under half of the node timeout", () => {
  for (const calls of [1, 3, 16]) expect(calls * migrateTimeoutMs(2000, calls)).toBeLessThanOrEqual(1000);
});

test("the speed is believed when it is slow, never when it is fast", () => {
  const speed = new Speed();
  expect(speed.most(1000)).toBe(20_000_000);
  speed.learn(10_000_000, 100);
  expect(speed.most(1000)).toBe(20_000_000);
  speed.learn(1_000_000, 2000);
  expect(speed.most(1000)).toBeLessThan(6_000_000);
  const small = new Speed();
  small.learn(100, 50);
  expect(small.most(1000)).toBe(20_000_000);
});

const recent = (slow: number, slowMs = 60) => Array.from({ length: 20 }, (_, i) => (i < slow ? slowMs : 1));

test("the brake doubles while one answer in four is slow, and lets go by halves", () => {
  let brake: BrakeState = { level: 0, usualMs: 1, slowAtMost: 0 };
  const levels = [0, 6, 6, 6, 6, 6, 4, 4, 4, 4].map((slow) => {
    brake = nextBrake(brake, recent(slow));
    return brake.level;
  });
  expect(levels).toEqual([0, 1, 2, 4, 8, 8, 4, 2, 1, 0]);
});

test("what is slow with the brake full on is not the move's doing: it is usual then, until answers are quick again", () => {
  let brake: BrakeState = { level: 8, usualMs: 1, slowAtMost: 0 };
  for (let i = 0; i <= 20; i++) {
    expect(brake.level).toBe(8);
    brake = nextBrake(brake, recent(20));
  }
  expect(brake).toEqual({ level: 0, usualMs: 60, slowAtMost: 0 });
  expect(nextBrake(brake, recent(20)).level).toBe(0);
  expect(nextBrake(brake, recent(20, 300)).level).toBe(1);
  const quick = nextBrake(brake, recent(0));
  expect(quick).toMatchObject({ level: 0, usualMs: 10 });
  expect(nextBrake(quick, recent(20)).level).toBe(1);
});

test.each([
  [Buffer.from("user:1"), "user:1"],
  [Buffer.from("ключ"), "ключ"],
  [Buffer.from("a\r\nb"), "a\\x0d\\x0ab"],
  [Buffer.from([0xff, 0x41]), "\\xffA"],
  [Buffer.from("x\u202ey"), "x\\xe2\\x80\\xaey"],
])("%s is shown as %s", (key, text) => {
  expect(keyText(key)).toBe(text);
});

test("the heir of a shard: the primary itself, or who was promoted, or the replica of another that it became", () => {
  const topology = sampleTopology({ primaries: 3, replicas: 1 });
  const [a, b] = topology.nodes;
  const replica = topology.nodes.find((node) => node.primaryId === a?.id);
  if (!a || !b || !replica) throw new Error("no sample");
  const kin = new Set([a.id, replica.id]);
  const withNodes = (...changed: Partial<typeof a>[]) => ({
    ...topology,
    nodes: topology.nodes.map((node) => ({ ...node, ...changed.find(({ id }) => id === node.id) })),
  });
  const silent = { kind: "silent", sinceMs: 0, code: "unreachable", message: "gone" } as const;
  expect(heirOf(topology, a.id, kin)?.id).toBe(a.id);
  expect(heirOf(withNodes({ id: a.id, answer: silent }), a.id, kin)).toBeUndefined();
  const promoted = { id: replica.id, role: "primary" as const, ranges: a.ranges, configEpoch: 9 };
  expect(heirOf(withNodes({ id: a.id, answer: silent }, promoted), a.id, kin)?.id).toBe(replica.id);
  expect(heirOf(withNodes(promoted), a.id, kin)?.id).toBe(replica.id);
  const emptied = { id: a.id, role: "replica" as const, primaryId: b.id, ranges: [] };
  expect(heirOf(withNodes(emptied), a.id, kin)).toMatchObject({ id: a.id, role: "replica" });
});

test.each([
  ["7.0.12", false],
  ["7.0.13", true],
  ["7.0.15", true],
  ["7.2.0", true],
  ["7.2.3", true],
  ["7.2.4", false],
  ["6.2.14", false],
  ["8.0.0", false],
  ["", false],
])("Redis %s keeps the marks of slots that have changed hands: %s", (version, kept) => {
  expect(keepsMarks(version)).toBe(kept);
});
