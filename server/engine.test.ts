import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { asClusterId } from "@/lib/cluster/node";
import type { Actor } from "@/lib/wire/access";
import { type Connect, connectSchema } from "@/lib/wire/clusters";
import { Engine } from "./engine";
import { startCluster, type TestCluster } from "./testing/cluster";
import { until } from "./testing/until";

const CANARY = "canary-5d1c2f";
const PORT = 8020;
const actor: Actor = { name: "ada", role: "admin", from: "test" };
let folder: string;
let cluster: TestCluster;
let engine: Engine;
const told: string[] = [];

beforeAll(async () => {
  process.umask(0o077);
  folder = mkdtempSync(join(tmpdir(), "engine-"));
  cluster = await startCluster({ basePort: PORT, primaries: 3, replicas: 0, password: CANARY });
  engine = open();
  engine.hub.subscribe((event) => void told.push(JSON.stringify(event)));
});
afterAll(async () => {
  await engine.close({ nodes: "leave", say: () => {} });
  await cluster.close();
  rmSync(folder, { recursive: true });
});

function open(): Engine {
  const settings = {
    dataFolder: join(folder, "data"),
    host: "127.0.0.1",
    port: 8010,
    adminToken: undefined,
    allowNets: undefined,
    origin: undefined,
  };
  return new Engine({ settings, version: "test", keyPath: join(folder, "outside.key") });
}

const input = (more: Partial<Connect>): Connect =>
  connectSchema.parse({ name: "Guarded", seeds: [{ host: "127.0.0.1", port: PORT }], password: CANARY, ...more });

test("a wrong password is a sentence, and nothing is kept", async () => {
  const wrong = engine.clusters.connect(actor, input({ password: "wrong-password" }));
  await expect(wrong).rejects.toMatchObject({ code: "unauthenticated" });
  expect(engine.clusters.list()).toEqual([]);
});

test("the console's own address is not a node", async () => {
  const own = engine.clusters.connect(actor, input({ seeds: [{ host: "127.0.0.1", port: 8010 }] }));
  await expect(own).rejects.toMatchObject({ sentence: "addressNotAllowed" });
});

test("a cluster is connected, changed and told of, and its password is nowhere in what is kept or said", async () => {
  const { id } = await engine.clusters.connect(actor, input({}));
  expect(id).toBe("guarded");
  const target = cluster.primaries[0]?.id ?? "";
  await until("the first picture", 10_000, async () => engine.clusters.read(id).topology?.nodes.length === 3);
  const plan = await engine.planner.plan(actor, id, { verb: "reshard", target: target as never, slots: 20 });
  const { id: operation } = await engine.operations.start(actor, id, {
    planId: plan.id,
    goOnAfterRestart: true,
    typed: plan.clusterName,
    reason: "a test without replicas",
  });
  const ended = await engine.operations.finished(operation, { deadlineMs: 20_000 });
  expect(ended.state).toBe("succeeded");
  const said = [
    plan,
    ended,
    engine.operations.transcript(operation, { after: 0, limit: 1000 }),
    engine.clusters.list(),
    engine.clusters.read(id),
    engine.observer.timeline(id, { limit: 100 }),
    await engine.clusters.nodePage(id, target as never),
    await engine.clusters.measure(id, [[0, 10]]),
  ];
  expect(JSON.stringify(said)).toContain(target);
  expect(JSON.stringify(said)).not.toContain(CANARY);
  expect(told.join("\n")).not.toContain(CANARY);
  for (const file of filesIn(join(folder, "data"))) expect(readFileSync(file).includes(CANARY), file).toBe(false);
});

test("the same cluster by another of its nodes would have two writers: refused", async () => {
  const again = engine.clusters.connect(actor, input({ seeds: [{ host: "127.0.0.1", port: PORT + 1 }] }));
  await expect(again).rejects.toMatchObject({ sentence: "clusterKnown" });
});

test("who may only look changes nothing, also beside the door", async () => {
  const viewer: Actor = { ...actor, role: "viewer" };
  const id = asClusterId("guarded");
  await expect(engine.clusters.update(viewer, id, { name: "x" })).rejects.toThrow(/needs operator/);
  const operator: Actor = { ...actor, role: "operator" };
  await expect(engine.clusters.update(operator, id, { addressMap: [] })).rejects.toThrow(/needs admin/);
  expect(() => engine.clusters.disconnect(viewer, id)).toThrow(/needs admin/);
  await expect(engine.clusters.connect(viewer, input({}))).rejects.toThrow(/needs admin/);
  await expect(engine.operations.act(viewer, id, 1, "pause")).rejects.toThrow(/needs operator/);
});

test("everything in the data folder is for this user alone", () => {
  for (const file of filesIn(join(folder, "data"))) expect([file, statSync(file).mode & 0o077]).toEqual([file, 0]);
  expect(statSync(join(folder, "outside.key")).mode & 0o777).toBe(0o600);
});

test("a second engine on the folder is refused; after a restart the cluster is known and its password still opens", async () => {
  expect(open).toThrow(/Another console/);
  await engine.close({ nodes: "leave", say: () => {} });
  engine = open();
  await engine.start(() => {});
  await until("the picture again", 10_000, async () => engine.clusters.list()[0]?.nodesAnswering === 3);
  expect(engine.audit.verify()).toMatchObject({ ok: true });
});

test("a cluster that is disconnected is forgotten with its password, and trying is limited", async () => {
  engine.clusters.disconnect(actor, asClusterId("guarded"));
  expect(engine.clusters.list()).toEqual([]);
  const tries = Array.from({ length: 11 }, () =>
    engine.clusters.connect(actor, input({ seeds: [{ host: "127.0.0.1", port: 1 }] })).catch((error) => error.sentence),
  );
  expect((await Promise.all(tries)).at(-1)).toBe("tooManyTries");
});

function filesIn(path: string): readonly string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
