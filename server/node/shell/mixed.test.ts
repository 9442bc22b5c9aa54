import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eachSlot, hasSlot } from "@/lib/cluster/slots";
import { setslotMover } from "@/server/migrate/setslot";
import { makeEntries } from "@/server/migrate/testing/data";
import { range, type Stage, startStage } from "@/server/migrate/testing/stage";
import { startWriter } from "@/server/migrate/testing/writer";
import type { TestNode } from "@/server/testing/node";
import { until } from "@/server/testing/until";
import { embeddedServer } from "../testing/embedded";

/**
 * One cluster of both kinds: embedded, redis, embedded are the primaries; redis, embedded, redis their replicas. What no
 * client may see is which is which.
 */
const BASE = 7800;
const folder = mkdtempSync(join(tmpdir(), "shardboard-node-"));
let stage: Stage;
const node = (i: number): TestNode => stage.node(i);

beforeAll(async () => {
  const path = await embeddedServer(folder);
  stage = await startStage({
    basePort: BASE,
    primaries: 3,
    replicas: 3,
    engineOf: (port) => ((port - BASE) % 2 === 0 ? path : undefined),
  });
});
afterAll(async () => {
  await stage?.close();
  rmSync(folder, { recursive: true, force: true });
});

const info = async (of: TestNode, field: string) =>
  new RegExp(`^${field}:(.*?)\\r?$`, "m").exec(String(await of.call("INFO")))?.[1];

/** By its own word, with its link up. */
const follows = (replica: TestNode, primary: TestNode) =>
  until(`${replica.port} to follow ${primary.port}`, 30_000, async () => {
    const role = (await replica.call("ROLE")) as readonly unknown[];
    return String(role[0]) === "slave" && Number(role[2]) === primary.port && String(role[3]) === "connected";
  });

test("slots move from kind to kind and back under a writer: nothing is lost", async () => {
  const there = [range(20, 59)];
  const back = [range(6000, 6039)];
  const slots = [...eachSlot(there), ...eachSlot(back)];
  await stage.fill(makeEntries({ slots, keysPerSlot: 20, ttlEvery: 4, prefix: "mixed" }));
  const writer = await startWriter({ nodes: stage.cluster.nodes, slots });
  const on = stage.console();
  for (const [source, target, ranges] of [
    [node(0), node(1), there],
    [node(1), node(0), back],
    [node(1), node(2), there],
    [node(2), node(0), there],
  ] as const)
    expect(
      await setslotMover.move(on.job({ source: source.id, target: target.id, ranges, guarded: true })),
      `${source.port} to ${target.port}`,
    ).toEqual({ kind: "done" });
  await writer.stop(stage.model);
  expect(writer.errors).toEqual([]);
  expect(writer.written).toBeGreaterThan(100);
  const owners = await stage.allIsWell();
  expect(slots.every((slot) => hasSlot(owners.get(node(0)) ?? [], slot))).toBe(true);
});

test.each([
  ["a redis-server takes over from an embedded primary, which follows it", 0, 3],
  ["an embedded node takes over from a redis-server, which follows it", 1, 4],
])("%s", async (_, primary, replica) => {
  const [old, next] = [node(primary), node(replica)];
  expect(await info(next, "master_link_status")).toBe("up");
  await next.call("CLUSTER", "FAILOVER");
  await until(`${next.port} to be primary`, 15_000, async () => (await info(next, "role")) === "master");
  await follows(old, next);
  await stage.allIsWell();
});

test("a killed embedded primary is replaced by its redis replica, and comes back as its replica", async () => {
  const [old, next] = [node(2), node(5)];
  await follows(next, old);
  const offset = await info(old, "master_repl_offset");
  await until("the replica to have all", 10_000, async () => (await info(next, "slave_repl_offset")) === offset);
  await old.kill();
  await until(`${next.port} to be primary`, 20_000, async () => (await info(next, "role")) === "master");
  await old.start();
  await follows(old, next);
  await stage.allIsWell();
});
