import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Link } from "@/server/link";
import { decodeValue } from "./decode";
import { streamEntries } from "./decode-stream";
import { dumpOf, readDump } from "./dump";
import { encodeValue } from "./encode";
import { packEntries } from "./encode-stream";
import { allKeys, answersFor, ask, bufferLink } from "./testing/answers";
import { type EngineNode, engines, startEngine } from "./testing/engines";
import { fillEveryType } from "./testing/fill";
import type { Value } from "./value";

const OTHER = Buffer.from("another");

describe.each(engines())("values of $name", (engine) => {
  let node: EngineNode;
  let link: Link;
  let keys: readonly Buffer[];
  beforeAll(async () => {
    node = await startEngine(engine, { port: 8000 });
    link = await bufferLink(node);
    await fillEveryType(node);
    keys = await allKeys(link);
  });
  afterAll(async () => {
    link?.close();
    await node?.close();
  });

  const dump = async (key: Buffer) => readDump((await ask(link, "DUMP", key)) as Buffer);
  const digest = async (key: Buffer) => String(((await ask(link, "DEBUG", "DIGEST-VALUE", key)) as Buffer[])[0]);
  const restore = async (payload: Buffer) => {
    await ask(link, "DEL", OTHER);
    await ask(link, "RESTORE", OTHER, 0, payload);
  };

  test("its version is the one its release is known for, and every type and form was met", async () => {
    const types = new Set<number>();
    for (const key of keys) {
      const { version, value } = await dump(key);
      expect(version).toBe(node.rdbVersion);
      types.add(value.type);
    }
    console.log(
      `${engine.name}: RDB version ${node.rdbVersion}, ${keys.length} keys, types ${[...types].sort((a, b) => a - b)}`,
    );
    expect(types.size).toBeGreaterThanOrEqual(8);
  });

  test("each decodes to what the server's own commands answer", async () => {
    for (const key of keys) {
      const value = decodeValue((await dump(key)).value);
      if (value) await compare(link, key, value);
      else expect(String(await ask(link, "TYPE", key))).toBe("array");
    }
  });

  test("each goes back, as it is and encoded anew, and is the same to the server", async () => {
    for (const key of keys) {
      const { value } = await dump(key);
      const plain = decodeValue(value);
      const answers = await answersFor(link, key);
      await ask(link, "PERSIST", key);
      const wanted = await digest(key);
      const again = plain && encodeValue(repacked(plain), node.rdbVersion);
      expect(again?.losses ?? []).toEqual([]);
      for (const form of again ? [value, again.value] : [value]) {
        await restore(dumpOf(form, node.rdbVersion));
        expect(await digest(OTHER), String(key)).toBe(wanted);
        expect(await answersFor(link, OTHER), String(key)).toEqual(answers);
      }
    }
  });

  test("each is taken in the form of 5.0 too, where it has one", async () => {
    for (const key of keys) {
      const plain = decodeValue((await dump(key)).value);
      if (!plain) continue;
      const { value, losses } = encodeValue(plain, 9);
      await restore(dumpOf(value, 9));
      await ask(link, "PERSIST", key);
      if (losses.length === 0) expect(await digest(OTHER), String(key)).toBe(await digest(key));
      else expect(["stream", "hash"]).toContain(plain.type);
    }
  });
});

/** Streams with their entries packed by us. */
function repacked(value: Value): Value {
  if (value.type !== "stream") return value;
  return { ...value, nodes: packEntries([...streamEntries(value)]) };
}

const hexes = (parts: readonly Buffer[]) => parts.map((part) => part.toString("hex"));

async function compare(link: Link, key: Buffer, value: Value): Promise<void> {
  const read = (...command: readonly string[]) => ask(link, command[0] ?? "", key, ...command.slice(1));
  const name = String(key);
  switch (value.type) {
    case "string":
      return expect(value.bytes.equals((await read("GET")) as Buffer), name).toBe(true);
    case "list":
      return expect(hexes(value.items), name).toEqual(hexes((await read("LRANGE", "0", "-1")) as Buffer[]));
    case "set":
      return expect(hexes(value.members).sort(), name).toEqual(hexes((await read("SMEMBERS")) as Buffer[]).sort());
    case "zset": {
      const pairs = (await read("ZRANGE", "0", "-1", "WITHSCORES")) as Buffer[];
      const scores = new Map(value.members.map(({ member, score }) => [member.toString("hex"), score]));
      expect(scores.size * 2, name).toBe(pairs.length);
      for (let i = 0; i < pairs.length; i += 2) {
        const score = String(pairs[i + 1]).replace("inf", "Infinity");
        expect(scores.get((pairs[i] as Buffer).toString("hex")), name).toBe(Number(score));
      }
      return;
    }
    case "hash": {
      const flat = value.fields.map(({ field, value }) => `${field.toString("hex")} ${value.toString("hex")}`);
      const { fields, expiries } = (await answersFor(link, key)) as { fields: unknown; expiries: unknown };
      expect(flat.sort(), name).toEqual(fields);
      const times = value.fields
        .toSorted((a, b) => Buffer.compare(a.field, b.field))
        .map((f) => Number(f.expiresAtMs ?? -1n));
      return expect(times.some((at) => at >= 0) ? times : undefined, name).toEqual(expiries);
    }
    case "stream": {
      const entries = [...streamEntries(value)].map(({ id, fields }) => [`${id.ms}-${id.seq}`, hexes(fields.flat())]);
      const answer = (await read("XRANGE", "-", "+")) as [Buffer, Buffer[]][];
      expect(entries, name).toEqual(answer.map(([id, fields]) => [String(id), hexes(fields)]));
      const summary = value.groups.map((group) => [String(group.name), group.pending.length, group.consumers.length]);
      const groups = (await ask(link, "XINFO", "GROUPS", key)) as unknown[][];
      return expect(summary, name).toEqual(
        groups.map(([, group, , consumers, , pending]) => [String(group), pending, consumers]),
      );
    }
  }
}
