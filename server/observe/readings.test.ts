import { afterAll, beforeAll, expect, test } from "vitest";
import { keySlot } from "@/lib/cluster/key-slot";
import { hasSlot } from "@/lib/cluster/slots";
import { startCluster, type TestCluster } from "@/server/testing/cluster";
import type { TestNode } from "@/server/testing/node";
import { type Observed, observe } from "@/server/testing/observed";
import { measureSlots } from "./measure";
import { readNodePage } from "./node-page";
import { readSlotKeys } from "./slot-keys";

let cluster: TestCluster;
let observed: Observed;
const keys = Array.from({ length: 3000 }, (_, i) => Buffer.from(`key:${i}`));
const hostile = Buffer.from([0xff, 0, 13, 10, 0x1b, 0x5d]);

beforeAll(async () => {
  cluster = await startCluster({ basePort: 7240, primaries: 3, replicas: 0 });
  observed = observe(cluster.nodes);
  await observed.seen("a picture", 5000, (t) => t.state !== "unknown" && t.shards.length === 3);
  await Promise.all(keys.map((key) => ownerOf(key).call("SET", key, "x".repeat(100))));
  await ownerOf(hostile).call("SET", hostile, "y".repeat(50_000));
});
afterAll(async () => {
  await observed?.close();
  await cluster?.close();
});

function ownerOf(key: Buffer): TestNode {
  const at = cluster.ranges.findIndex((range) => hasSlot([range], keySlot(key)));
  return cluster.primaries[at] as TestNode;
}

test("keys are counted on each slot's owner, once for all who ask at the same time", async () => {
  const [first, second] = await Promise.all([
    readSlotKeys(observed.observer, observed.id),
    readSlotKeys(observed.observer, observed.id),
  ]);
  expect(second).toBe(first);
  expect(first.counts).toHaveLength(16384);
  const expected = new Array(16384).fill(0);
  for (const key of [...keys, hostile]) expected[keySlot(key)]++;
  expect(first.counts).toEqual(expected);
});

test("few keys are measured exactly, biggest first, with names that can be read", async () => {
  const slot = keySlot(hostile);
  const measure = await measureSlots(observed.observer, observed.id, [[slot, slot]]);
  expect(measure).toMatchObject({ slots: 1, emptySlots: 0 });
  expect(measure.sampledKeys).toBe(measure.keys);
  expect(measure.biggest[0]).toMatchObject({ slot, type: "string", key: "\\xff\\x00\\x0d\\x0a\\x1b]" });
  expect(measure.biggest[0]?.bytes).toBeGreaterThan(50_000);
});

test("many keys are sampled evenly, and the estimate is near", async () => {
  const measure = await measureSlots(observed.observer, observed.id, [[0, 16383]]);
  expect(measure.keys).toBe(3001);
  expect(measure.sampledKeys).toBeGreaterThan(900);
  expect(measure.sampledKeys).toBeLessThanOrEqual(1000);
  const [small] = await Promise.all([ownerOf(Buffer.from("key:1")).call("MEMORY", "USAGE", "key:1")]);
  expect(measure.bytes).toBeGreaterThan(2800 * Number(small));
  expect(measure.bytes).toBeLessThan(3300 * Number(small) + 200_000);
});

test("an empty selection is no trouble", async () => {
  expect(await measureSlots(observed.observer, observed.id, [])).toMatchObject({
    slots: 0,
    keys: 0,
    bytes: 0,
    biggest: [],
  });
});

test("a node's page is what this very node says", async () => {
  const id = cluster.nodes[1]?.id;
  if (!id) throw new Error("no node");
  const page = await readNodePage(observed.observer, observed.id, id);
  expect(page.nodes.find((node) => node.isMyself)?.id).toBe(id);
  expect(page.info).toMatchObject({ cluster_state: "ok", cluster_known_nodes: "3" });
  expect(page.rawServerInfo).toContain("redis_version");
});

test("slots of an owner that is gone are unknown, not empty", async () => {
  await cluster.primaries[2]?.kill();
  await observed.seen("silence", 5000, (t) => t.agreement.answering === 2);
  const measure = await measureSlots(observed.observer, observed.id, [[16000, 16383]]);
  expect(measure).toMatchObject({ slots: 384, emptySlots: 0, keys: 0, sampledKeys: 0 });
  await expect(readNodePage(observed.observer, observed.id, cluster.primaries[2]?.id as never)).rejects.toMatchObject({
    code: "unreachable",
  });
});
