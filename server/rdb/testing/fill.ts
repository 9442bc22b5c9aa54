import type { Arg } from "@/server/link";
import type { TestNode } from "@/server/testing/node";

/** Thresholds at which the servers change encodings: all collections packed, and none. */
const PACKED = ["512", "64"] as const;
const LOOSE = ["0", "0"] as const;

const numbers = <T>(count: number, make: (i: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, i) => make(i));
/** Bytes that do not compress, the same at every run. */
const noise = (bytes: number, seed: number): Buffer => {
  const out = Buffer.alloc(bytes);
  let x = seed;
  for (let i = 0; i < bytes; i++) {
    x = (x * 1103515245 + 12345) % 2147483648;
    out[i] = (x >> 16) & 0xff;
  }
  return out;
};

/** Keys of every type in every encoding that this server has, each in its packed and its loose form. */
export async function fillEveryType(node: TestNode): Promise<void> {
  for (const [mode, [entries, bytes]] of [["packed", PACKED] as const, ["loose", LOOSE] as const]) {
    for (const kind of ["hash", "zset", "set"])
      for (const [what, value] of [
        ["entries", entries],
        ["value", bytes],
      ] as const)
        await node.call("CONFIG", "SET", `${kind}-max-listpack-${what}`, value).catch(() => undefined);
    await node.call("CONFIG", "SET", "set-max-intset-entries", entries);
    await node.call("CONFIG", "SET", "list-max-listpack-size", mode === "packed" ? "-2" : "4");
    await node.call("CONFIG", "SET", "list-compress-depth", mode === "packed" ? "0" : "1");
    await node.call("DEBUG", "QUICKLIST-PACKED-THRESHOLD", mode === "packed" ? "0" : "200b");
    for (const command of [...strings(mode), ...lists(mode), ...sets(mode), ...hashes(mode)])
      await node.call(...command);
    await fillStream(node, `${mode}:stream`);
    await expireFields(node, `${mode}:hash:expiring`);
    await fillNewest(node, mode);
  }
}

const INTEGERS = ["0", "-1", "127", "-129", "32768", "-2147483648", "2147483648", "9223372036854775807"];

const strings = (mode: string): readonly (readonly Arg[])[] => [
  ...INTEGERS.map((digits) => ["SET", `${mode}:int:${digits}`, digits]),
  ["SET", `${mode}:empty`, ""],
  ["SET", `${mode}:text`, "a short one"],
  ["SET", `${mode}:zero`, "007"],
  ["SET", `${mode}:minus`, "-0"],
  ["SET", `${mode}:compressible`, "abcabcabd".repeat(5000), "PX", "100000000"],
  ["SET", `${mode}:long`, Buffer.alloc(70_000, noise(977, 7))],
  ["SET", `${mode}:binary`, noise(300, 3), "EXAT", "33177117420"],
  ["SET", Buffer.concat([Buffer.from(`${mode}:`), Buffer.from([0, 255, 13, 10, 128])]), "binary key"],
  ["SET", `${mode}:${"long key ".repeat(60)}`, "v"],
];

/** Lengths about which an element of a listpack needs one byte more to be walked over backwards. */
const BORDERS = [125, 126, 127, 128, 16376, 16377, 16378, 16379, 16380, 16381, 16382];

const lists = (mode: string): readonly (readonly Arg[])[] => [
  ["RPUSH", `${mode}:list:one`, "x"],
  [
    "RPUSH",
    `${mode}:list:mixed`,
    "a",
    "-1",
    "4095",
    "-4097",
    "8388607",
    "2147483648",
    "-9223372036854775808",
    "",
    "b".repeat(70),
  ],
  ["RPUSH", `${mode}:list:many`, ...numbers(900, (i) => `item ${i} ${"~".repeat(i % 40)}`)],
  ["RPUSH", `${mode}:list:border`, ...BORDERS.map((length) => "x".repeat(length))],
  ["RPUSH", `${mode}:list:big`, "s", "L".repeat(5000), noise(9000, 9), "e"],
];

const sets = (mode: string): readonly (readonly Arg[])[] => [
  ["SADD", `${mode}:set:int16`, "1", "-2", "300"],
  ["SADD", `${mode}:set:int32`, "1", "70000", "-70000"],
  ["SADD", `${mode}:set:int64`, "1", "5000000000", "-9223372036854775808"],
  ["SADD", `${mode}:set:text`, "a", "b", "17", "c".repeat(63)],
  ["SADD", `${mode}:set:many`, ...numbers(700, (i) => `member ${i}`)],
  ["ZADD", `${mode}:zset:few`, "1", "a", "-2.5", "b", "inf", "c", "-inf", "d", "3.0e-7", "e", "0.1", "17"],
  ["ZADD", `${mode}:zset:many`, ...numbers(600, (i) => [i / 7, `m${i}`]).flat()],
];

const hashes = (mode: string): readonly (readonly Arg[])[] => [
  ["HSET", `${mode}:hash:few`, "f", "v", "n", "12345", "", "empty name", "e", "", "long", "z".repeat(60)],
  ["HSET", `${mode}:hash:many`, ...numbers(650, (i) => [`field ${i}`, i * 1001]).flat()],
];

async function fillStream(node: TestNode, key: string): Promise<void> {
  for (let i = 0; i < 250; i++)
    await node.call("XADD", key, `${1000 + i}-${i % 3}`, "temperature", i, i % 7 ? "place" : "where", `hall ${i % 5}`);
  for (const id of ["1003-0", "1100-1", "1249-0"]) await node.call("XDEL", key, id);
  await node.call("XADD", key, "1784100000000-18446744073709551615", "last", "one");
  await node.call("XGROUP", "CREATE", key, "readers", "0");
  await node.call("XGROUP", "CREATE", key, "late", "$");
  await node.call("XGROUP", "CREATECONSUMER", key, "late", "idle");
  for (const who of ["anna", "bert"])
    await node.call("XREADGROUP", "GROUP", "readers", who, "COUNT", "20", "STREAMS", key, ">");
  await node.call("XACK", key, "readers", "1000-0", "1005-2");
  await node.call("XADD", `${key}:emptied`, "5-1", "a", "b");
  await node.call("XDEL", `${key}:emptied`, "5-1");
}

async function knows(node: TestNode, name: string): Promise<boolean> {
  const info = (await node.call("COMMAND", "INFO", name)) as readonly unknown[];
  return Array.isArray(info[0]);
}

/** Where the server lets fields expire (Redis 7.4, Valkey 9). */
async function expireFields(node: TestNode, key: string): Promise<void> {
  if (!(await knows(node, "HPEXPIREAT"))) return;
  await node.call("HSET", key, "stays", "1", "goes", "2", "goes later", "3", "number", "44");
  await node.call("HPEXPIREAT", key, "33177117420000", "FIELDS", "1", "goes");
  await node.call("HPEXPIREAT", key, "33177117429999", "FIELDS", "2", "goes later", "number");
}

/** What came with Redis 8.6 and 8.8. */
async function fillNewest(node: TestNode, mode: string): Promise<void> {
  if (await knows(node, "XCFGSET")) {
    for (const token of ["t1", "t2", "t1"])
      await node.call("XADD", `${mode}:stream:once`, "IDMP", "producer", token, "*", "a", "b");
    await node.call("XCFGSET", `${mode}:stream:config`, "IDMP-DURATION", "50").catch(() => undefined);
  }
  if (await knows(node, "XNACK"))
    await node.call("XNACK", `${mode}:stream`, "readers", "FAIL", "IDS", "2", "1004-1", "1006-0");
  if (await knows(node, "ARSET"))
    for (const [at, value] of [
      ["0", "text"],
      ["7", "17"],
      ["9", "2.5"],
      ["1000000", "far away ".repeat(20)],
    ] as const)
      await node.call("ARSET", `${mode}:array`, at, value);
}
