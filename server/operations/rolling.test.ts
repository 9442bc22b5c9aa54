import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { NodeId } from "@/lib/cluster/node";
import { eachSlot } from "@/lib/cluster/slots";
import { isOpsError } from "@/lib/errors";
import type { Model } from "@/server/migrate/testing/data";
import { startWriter } from "@/server/migrate/testing/writer";
import { until } from "@/server/testing/until";
import { ann, makeEngine, told, untilState } from "./console.fixture";
import { lostIn, type ManagedLab, startManaged } from "./managed.fixture";

const BASE = 9400;
let lab: ManagedLab;
const pidsOf = async ({ engine }: ManagedLab) =>
  (await engine.runtime.list()).map(({ process }) => (process.state === "running" ? process.pid : undefined));
const wish = { verb: "rolling-restart", handBack: false } as const;
const written: Model = new Map();
const throws = (error: unknown): never => {
  throw error;
};

beforeAll(async () => {
  lab = await startManaged(BASE);
}, 120_000);
afterAll(() => lab.close());

test("six nodes restart under a writer: nothing acknowledged is lost, nobody says CLUSTERDOWN", async () => {
  const { engine, id } = lab;
  const before = await pidsOf(lab);
  const writer = await startWriter({
    nodes: lab.nodes,
    slots: [...eachSlot([[0, 16383]])].filter((s) => s % 60 === 0),
  });
  const plan = await engine.plan(id, wish);
  const ended = await engine.run(plan, 120_000);
  await writer.stop(written);
  expect(ended.state, told(ended)).toBe("succeeded");
  expect(ended.proof.filter((line) => line.state !== "pass")).toEqual([]);
  expect(ended.proof.map((line) => line.code)).toEqual(expect.arrayContaining(["restarted", "stayed-up", "in-sync"]));
  expect(writer.errors).toEqual([]);
  expect(writer.written).toBeGreaterThan(500);
  expect(await lostIn(lab.nodes, written)).toEqual([]);
  const after = await pidsOf(lab);
  expect(after.every((pid, i) => pid !== undefined && pid !== before[i])).toBe(true);
  const topology = await engine.observer.sweep(id);
  expect(plan.after.map((shard) => shard.primaryId)).toEqual(topology.shards.map((shard) => shard.primaryId));
});

test("a console that dies between stop and start goes on where the servers are", async () => {
  const { engine, id } = lab;
  const before = await pidsOf(lab);
  const shard = (await engine.observer.sweep(id)).shards[0];
  const nodeIds = [shard?.primaryId, ...(shard?.replicaIds ?? [])] as readonly NodeId[];
  const operation = await engine.start(await engine.plan(id, { ...wish, nodeIds, handBack: true }));
  await untilState(engine, operation, ({ steps }) => steps[1]?.state === "done");
  // Nothing more reaches the journal: what it says is what a kill would have left.
  engine.store.run("PRAGMA query_only = 1");
  await engine.operations.finished(operation.id, { deadlineMs: 30_000 });
  const old = operation.plan.steps[2];
  if (old?.kind !== "restart-node") throw new Error("no old primary to restart");
  const next = await lab.again();
  lab = next;
  await next.engine.runtime.stop(old.managedId ?? "");
  await next.engine.operations.recover();
  const ended = await untilState(next.engine, operation, ({ state }) => state === "succeeded", 60_000);
  expect(ended.proof.filter((line) => line.state !== "pass")).toEqual([]);
  const changed = (await pidsOf(next)).filter((pid, i) => pid !== undefined && pid !== before[i]);
  expect(changed).toHaveLength(nodeIds.length);
  expect(ended.plan.after).toEqual(ended.plan.before);
  expect(await lostIn(lab.nodes, written)).toEqual([]);
}, 90_000);

test("a primary that has just handed over hands over again when the others may vote again", async () => {
  const { engine, id } = lab;
  const [shard] = (await engine.observer.sweep(id)).shards;
  const replicaId = shard?.replicaIds[0] as NodeId;
  const ended = await engine.run(await engine.plan(id, { verb: "failover", replicaId, mode: "default" }));
  expect(ended.state, told(ended)).toBe("succeeded");
}, 60_000);

test("a node that does not come back stops it, and the sentence says what stands", async () => {
  const { engine, id } = lab;
  const { nodes, shards } = await engine.observer.sweep(id);
  const primary = nodes.find((node) => node.id === shards[2]?.primaryId);
  const replica = nodes.find((node) => node.primaryId === primary?.id);
  if (!primary || !replica) throw new Error("no pair");
  const managed = lab.nodes.find((node) => node.nodeId === replica.id);
  const file = join(managed?.folder ?? "", "redis.conf");
  const whole = await readFile(file, "utf8");
  const pids = await pidsOf(lab);
  await writeFile(file, `${whole}no-such-directive yes\n`);
  const failed = await engine.run(await engine.plan(id, { ...wish, nodeIds: [replica.id, primary.id] }));
  expect(failed.state, told(failed)).toBe("failed");
  expect(failed.reason?.text).toMatch(/did not come back as it should.*no-such-directive.*Restarted so far: none/s);
  expect(failed.reason?.text).toContain(`Not touched: 127.0.0.1:${primary.endpoint.port}.`);
  expect((await pidsOf(lab)).filter((pid, i) => pid !== pids[i])).toEqual([undefined]);
  await writeFile(file, whole);
  await engine.operations.act(ann, id, failed.id, "resume");
  const ended = await engine.operations.finished(failed.id, { deadlineMs: 60_000 });
  expect(ended.state, told(ended)).toBe("succeeded");
  expect(ended.steps.every((step) => step.state === "done")).toBe(true);
}, 90_000);

test("a node that is not managed here is waited for", async () => {
  const stranger = makeEngine({ consoleId: "stranger" });
  try {
    const id = await stranger.connect(BASE);
    const { nodes } = await stranger.observer.sweep(id);
    const replica = nodes.find((node) => node.role === "replica");
    const plan = await stranger.plan(id, { ...wish, nodeIds: [replica?.id as NodeId] });
    expect(plan.preflight.find((line) => line.code === "by-hand")?.state).toBe("fail");
    // The lab's console lets go of its connections a moment after it has said that it is done.
    const operation = await until("the other console to have let go", 5000, () =>
      stranger
        .start(plan)
        .catch((error: unknown) => (isOpsError(error) && error.code === "busy" ? undefined : throws(error))),
    );
    await untilState(stranger, operation, ({ steps }) => steps[0]?.state === "running");
    await lab.engine.runtime.restart(lab.nodes.find((node) => node.nodeId === replica?.id)?.id ?? "");
    const ended = await stranger.operations.finished(operation.id, { deadlineMs: 30_000 });
    expect(ended.state, told(ended)).toBe("succeeded");
    expect(ended.proof.find((line) => line.code === "restarted")?.state).toBe("pass");
  } finally {
    await stranger.close();
  }
}, 60_000);

test("a whole cluster stops and starts again, with its data, whoever starts it", async () => {
  const stopped = await lab.engine.run(await lab.engine.plan(lab.id, { verb: "stop-cluster", how: "configured" }));
  expect(stopped.state, told(stopped)).toBe("succeeded");
  expect(stopped.proof.map((line) => `${line.state} ${line.code}`)).toEqual(["pass processes-gone"]);
  expect(await pidsOf(lab)).toEqual(new Array(6).fill(undefined));
  lab = await lab.again();
  const { engine, id } = lab;
  await expect(engine.plan(id, { verb: "stop-cluster", how: "configured" })).rejects.toMatchObject({
    code: "unreachable",
  });
  const started = await engine.run(await engine.plan(id, { verb: "start-cluster" }));
  expect(started.state, told(started)).toBe("succeeded");
  expect(started.proof.find((line) => line.code === "started-again")?.text).toContain("6 nodes");
  expect(started.proof.find((line) => line.code === "in-sync")?.state).toBe("pass");
  expect(await lostIn(lab.nodes, written)).toEqual([]);
}, 90_000);
