import { createReadStream } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { keySlot } from "@/lib/cluster/key-slot";
import type { Link } from "@/server/link";
import { until } from "@/server/testing/until";
import { crc64 } from "./crc64";
import { dumpOf } from "./dump";
import { readRdb, verifyRdb } from "./read";
import type { KeyRecord, RdbRecord } from "./records";
import { restorables } from "./restore";
import { ask, bufferLink } from "./testing/answers";
import { type EngineNode, engines, startEngine } from "./testing/engines";
import { fillEveryType } from "./testing/fill";
import { writeRdb } from "./writer";

const LIBRARY = "#!lua name=shop\nredis.register_function('one', function() return 1 end)";

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield Buffer.from(bytes.subarray(at, at + size));
}

async function all<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

const isKey = (record: RdbRecord): record is KeyRecord => record.kind === "key";

describe.each(engines())("files of $name", (engine) => {
  let node: EngineNode;
  let other: EngineNode;
  let link: Link;
  let file: Buffer;
  let records: readonly RdbRecord[];
  beforeAll(async () => {
    node = await startEngine(engine, { port: 8020, cluster: true });
    other = await startEngine(engine, { port: 8021 });
    link = await bufferLink(node);
    await node.call("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
    await until("the cluster to stand", 10_000, async () =>
      /cluster_state:ok/.test(String(await node.call("CLUSTER", "INFO"))),
    );
    await fillEveryType(node);
    await node.call("FUNCTION", "LOAD", LIBRARY);
    await node.call("SAVE");
    file = await readFile(join(node.folder, "dump.rdb"));
    records = await all(readRdb(createReadStream(join(node.folder, "dump.rdb"))));
  });
  afterAll(async () => {
    link?.close();
    await Promise.all([node?.close(), other?.close()]);
  });

  test("every key is there, each with the bytes that DUMP gives", async () => {
    const keys = records.filter(isKey);
    expect(keys).toHaveLength(Number(await node.call("DBSIZE")));
    for (const { key, value, expiresAtMs } of keys) {
      const dumped = (await ask(link, "DUMP", key)) as Buffer;
      expect(dumpOf(value, node.rdbVersion).equals(dumped), `${key}, type ${value.type}`).toBe(true);
      expect(Number(expiresAtMs ?? -1n)).toBe(await ask(link, "PEXPIRETIME", key));
    }
    const kinds = new Set(records.map(({ kind }) => kind));
    console.log(`${engine.name}: ${file.length} bytes, ${keys.length} keys, records ${[...kinds].join(" ")}`);
    expect(records[0]).toEqual({ kind: "header", family: node.family, version: node.rdbVersion });
    expect(records.at(-1)).toEqual({ kind: "end", checksum: "verified", bytes: file.length });
    expect(records.find(({ kind }) => kind === "function")).toEqual({ kind: "function", code: Buffer.from(LIBRARY) });
  });

  test("pieces of any size say the same, and a copy that is verified on its way is the same file", async () => {
    for (const size of [1, 13, 4099]) expect(digestOf(await all(readRdb(pieces(file, size))))).toBe(digestOf(records));
    let keys = 0;
    const count = ({ kind }: RdbRecord) => {
      if (kind === "sized-key") keys++;
    };
    const copy = await all(verifyRdb(pieces(file, 1009), count));
    expect(Buffer.concat(copy).equals(file)).toBe(true);
    expect(keys).toBe(records.filter(isKey).length);
  });

  test("what we write, a server loads: the same data by its own digest", async () => {
    const written = Buffer.concat(await all(writeRdb(records, { version: node.rdbVersion })));
    await writeFile(join(other.folder, "dump.rdb"), written);
    await other.call("DEBUG", "RELOAD", "NOSAVE");
    expect(await other.call("DEBUG", "DIGEST")).toBe(await node.call("DEBUG", "DIGEST"));
    expect(String(await other.call("FUNCTION", "LIST"))).toContain("shop");
  });

  test("half of the slots, restored, are the keys of these slots", async () => {
    await other.call("FLUSHALL");
    const half = (slot: number) => slot < 8192;
    const target = { version: other.rdbVersion, wants: half };
    for await (const { key, payload } of restorables(readRdb(pieces(file, 64 * 1024)), target))
      await other.call("RESTORE", key, "0", payload);
    const wanted = records.filter((record) => isKey(record) && half(keySlot(record.key))).length;
    expect(wanted).toBeGreaterThan(10);
    expect(await other.call("DBSIZE")).toBe(wanted);
  });
});

/** Quick to compare, unlike the records themselves. */
function digestOf(records: readonly RdbRecord[]): string {
  const text = (value: unknown) => (Buffer.isBuffer(value) ? crc64(value).toString("hex") : String(value));
  return records
    .map((record) => (isKey(record) ? { ...record, ...record.value } : record))
    .map((record) =>
      Object.entries(record)
        .map(([name, value]) => `${name}=${text(value)}`)
        .join(" "),
    )
    .join("\n");
}
