import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { ClusterId } from "@/lib/cluster/node";
import type { Operation } from "@/lib/operation";
import type { WishOf } from "@/lib/plans/wish";
import { startClients } from "@/server/import/testing/clients";
import { differences, heldBy, heldByAll, ownerIn } from "@/server/import/testing/compare";
import { announceSeed, hostileKeys, seeded } from "@/server/migrate/testing/data";
import { fillEveryType } from "@/server/rdb/testing/fill";
import { startCluster, type TestCluster } from "@/server/testing/cluster";
import { startNode, type TestNode } from "@/server/testing/node";
import { startSentinel } from "@/server/testing/sentinel";
import { until } from "@/server/testing/until";
import { ann, makeEngine, type TestEngine, told, untilState } from "./console.fixture";
import { startLife } from "./life.fixture";

const BASE = 9000;
const config = ["enable-debug-command yes"];
const random = seeded(announceSeed("import"));
let cluster: TestCluster;
let alone: readonly TestNode[];
let engine: TestEngine;
let id: ClusterId;

beforeAll(async () => {
  [cluster, ...alone] = await Promise.all([
    startCluster({ basePort: BASE, primaries: 3, replicas: 0, config }),
    ...[10, 11].map((at) => startNode({ port: BASE + at, cluster: false, config })),
  ]);
  engine = makeEngine();
  id = await engine.connect(BASE);
});
afterAll(async () => {
  await engine?.close();
  await Promise.all([cluster, ...alone].map((one) => one?.close()));
});
beforeEach(async () => {
  for (const node of [...cluster.primaries, ...alone]) await node.call("FLUSHALL");
  await engine.observer.sweep(id);
});
let last: Operation | undefined;
afterEach(async () => {
  if (last && ["paused", "failed", "interrupted"].includes(last.state))
    await engine.operations.act(ann, id, last.id, "cancel");
  last = undefined;
});

const source = (i = 0): TestNode => alone[i] as TestNode;
type Asked = Partial<Omit<WishOf<"import">, "verb">>;
const wishOf = (asked: Asked = {}): WishOf<"import"> => ({
  verb: "import",
  from: [{ kind: "server", endpoint: source().endpoint }],
  way: "copy",
  db: 0,
  otherDatabases: "refuse",
  present: "refuse",
  accepts: [],
  ...asked,
});
const run = async (asked: Asked = {}) => {
  last = await engine.run(await engine.plan(id, wishOf(asked)));
  return last;
};
const both = (): Asked => ({ from: [0, 1].map((i) => ({ kind: "server", endpoint: source(i).endpoint })) });
const failing = async (asked: Asked) =>
  (await engine.plan(id, wishOf(asked))).preflight
    .filter((line) => line.state === "fail" && line.kind === "refuse")
    .map((line) => line.code);
const stateOf = ({ proof }: Operation, code: string) =>
  proof.filter((line) => line.code === code).map((line) => line.state);
async function fill(node: TestNode, keys: number, prefix = "key"): Promise<void> {
  for (let at = 0; at < keys; at += 500)
    await node.call(
      "MSET",
      ...Array.from({ length: Math.min(500, keys - at) }, (_, i) => [`${prefix}:${at + i}`, `value ${at + i}`]).flat(),
    );
}

test("a copy has every type, every name and every expiry, by the source's own MIGRATE; the source keeps all", async () => {
  await fillEveryType(source());
  for (const key of hostileKeys(300, random))
    await source().call("SET", key, "a value", "PX", 500_000 + Math.floor(random() * 1e6));
  const before = await heldBy(source());
  const operation = await run();
  expect(operation.state, told(operation)).toBe("succeeded");
  expect(differences(before, await heldByAll(cluster))).toEqual([]);
  expect(differences(before, await heldBy(source()))).toEqual([]);
  expect(operation.steps[0]?.note).toContain(`${before.size} of them by the source's own MIGRATE`);
  const again = await run();
  expect(again.state, told(again)).toBe("succeeded");
  expect(again.steps[0]?.note).toContain(`${before.size} were there already`);
});

test("a move empties the source, but for what the cluster has with another value; replaced values are kept", async () => {
  await fill(source(), 900);
  await ownerIn(cluster, "key:1").call("SET", "key:1", "of the cluster");
  await ownerIn(cluster, "key:2").call("SET", "key:2", "value 2");
  const before = await heldBy(source());
  expect(await failing({ way: "move", present: "replace" })).toEqual([]);
  const kept = await run({ way: "move", present: "keep" });
  expect(kept.state, told(kept)).toBe("succeeded");
  expect(await source().call("KEYS", "*")).toEqual(["key:1"]);
  expect(kept.steps[0]?.note).toContain("1 stay as the cluster has them");
  const replaced = await run({ way: "move", present: "replace" });
  expect(replaced.state, told(replaced)).toBe("succeeded");
  expect(await source().call("DBSIZE")).toBe(0);
  expect(differences(before, await heldByAll(cluster))).toEqual([]);
  const [row] = engine.store.all("SELECT key FROM kept_values WHERE operation_id = ?", replaced.id);
  expect(Buffer.from(row?.key as Uint8Array).toString()).toBe("key:1");
});

test("a key that is in the way is refused by name, and the import is not called proved", async () => {
  await fill(source(), 5000);
  const plan = await engine.plan(id, wishOf());
  for (let i = 0; i < 3; i++) await ownerIn(cluster, `key:${i}`).call("SET", `key:${i}`, "another");
  const operation = await engine.run(plan);
  last = operation;
  expect(operation.state, told(operation)).toBe("failed");
  expect(stateOf(operation, "import-refused")).toEqual(["fail"]);
  expect(operation.proof.find((line) => line.code === "import-refused")?.text).toContain(
    "3: the cluster has another value",
  );
  expect(stateOf(operation, "import-counts")).toEqual(["pass"]);
  expect(await ownerIn(cluster, "key:0").call("GET", "key:0")).toBe("another");
});

test("of two sources each has a cursor; a key on both is nobody's and stays where it is", async () => {
  await fill(source(0), 800, "a");
  await fill(source(1), 800, "b");
  const plan = await engine.plan(id, wishOf({ ...both(), way: "move" }));
  await source(0).call("SET", "twice", "one");
  await source(1).call("SET", "twice", "two");
  const operation = await engine.run(plan);
  last = operation;
  expect(operation.state, told(operation)).toBe("failed");
  const refused = operation.proof.filter((line) => line.code === "import-refused");
  for (const line of refused) expect(line.text).toContain("another source has a key of this name");
  expect(await Promise.all([0, 1].map((i) => source(i).call("GET", "twice")))).toEqual(["one", "two"]);
  expect((await heldByAll(cluster)).size).toBe(1600);
});

test("what is no standalone primary, or has other databases, is refused before anything is read", async () => {
  const member = cluster.primaries[1] as TestNode;
  await fill(source(), 10);
  expect(await failing({ from: [{ kind: "server", endpoint: member.endpoint }] })).toContain("import-source-alone");
  await source(1).call("REPLICAOF", source().endpoint.host, source().port);
  expect(await failing({ from: [{ kind: "server", endpoint: source(1).endpoint }] })).toContain(
    "import-source-primary",
  );
  await source(1).call("REPLICAOF", "NO", "ONE");
  expect(await failing({ from: [source(), source()].map(({ endpoint }) => ({ kind: "server", endpoint })) })).toContain(
    "import-source-once",
  );
  await source().call("SELECT", 3);
  await source().call("SET", "elsewhere", 1);
  await source().call("SELECT", 0);
  expect(await failing({})).toContain("import-databases");
  const third = await run({ db: 3, otherDatabases: "skip" });
  expect(third.state, told(third)).toBe("succeeded");
  expect([...(await heldByAll(cluster)).keys()]).toEqual(["elsewhere"]);
});

/** In small batches, so that there is a middle. */
async function startSlowly(asked: Asked = {}): Promise<Operation> {
  const operation = await engine.start(await engine.plan(id, wishOf({ batchKeys: 10, ...asked })));
  await untilState(engine, operation, ({ steps }) => (steps[0]?.keysMoved ?? 0) > 1000);
  return operation;
}

test("a source that is restarted in the middle is read from its beginning, and nothing is missed", async () => {
  await fill(source(), 6000);
  await source().call("SAVE");
  const operation = await startSlowly();
  await engine.operations.act(ann, id, operation.id, "pause");
  last = await untilState(engine, operation, ({ state }) => state === "paused");
  await source().kill();
  await source().start();
  await engine.operations.act(ann, id, operation.id, "resume");
  last = await untilState(engine, operation, ({ state }) => state === "succeeded" || state === "failed", 60_000);
  expect(last.state, told(last)).toBe("succeeded");
  expect(last.steps[0]?.note).toContain("begun anew 1 time");
  expect(last.steps[0]?.keysMoved).toBeGreaterThan(6000);
  expect(differences(await heldBy(source()), await heldByAll(cluster))).toEqual([]);
});

test("a console killed in the middle of a move goes on in its next life, and no key is lost", async () => {
  await fill(source(), 6000);
  const before = await heldBy(source());
  await engine.close({ keepFolder: true });
  const child = startLife("firstImport", [engine.folder, source().port]);
  const killAt = 3000 + Math.floor(random() * 2000);
  await until(`${killAt} keys to be left`, 60_000, async () => {
    if (/ended|Error/.test(child.output())) throw new Error(child.output());
    return Number(await source().call("DBSIZE")) <= killAt;
  });
  await child.kill();
  const left = Number(await source().call("DBSIZE"));
  expect(left).toBeGreaterThan(0);
  engine = makeEngine({ folder: engine.folder });
  await engine.operations.recover();
  const [operation] = engine.operations.list(id);
  if (!operation) throw new Error("no operation");
  last = await untilState(engine, operation, ({ state }) => state === "succeeded" || state === "failed", 60_000);
  expect(last.state, told(last)).toBe("succeeded");
  expect(await source().call("DBSIZE")).toBe(0);
  expect(differences(before, await heldByAll(cluster))).toEqual([]);
});

test("a source with a user and a password: keys go through the console, which tells its password to nobody", async () => {
  const secret = `canary${Math.floor(random() * 1e9)}`;
  const locked = await startNode({
    port: BASE + 12,
    cluster: false,
    password: secret,
    user: "taker",
    config: [...config, "user default off", `user taker on >${secret} ~* +@all`],
  });
  try {
    await fillEveryType(locked);
    expect(
      (await engine.plan(id, wishOf({ from: [{ kind: "server", endpoint: locked.endpoint }] }))).preflight,
    ).toContainEqual(expect.objectContaining({ code: "import-source-answers", state: "fail" }));
    const access = engine.registry.sources.keep(id, { user: "taker", password: secret });
    const operation = await run({ from: [{ kind: "server", endpoint: locked.endpoint }], access, way: "move" });
    expect(operation.state, told(operation)).toBe("succeeded");
    expect(operation.steps[0]?.note).not.toContain("MIGRATE");
    expect((await heldByAll(cluster)).size).toBeGreaterThan(50);
    expect(await locked.call("DBSIZE")).toBe(0);
    const written = readdirSync(engine.folder).filter((name) => name.includes("sqlite"));
    for (const name of written) expect(readFileSync(join(engine.folder, name)).includes(secret), name).toBe(false);
  } finally {
    await locked.close();
  }
});

test("a source is followed under its clients, over a restart of the console, and cut over without a loss", async () => {
  await fill(source(), 3000);
  await source()
    .call("FUNCTION", "FLUSH")
    .catch(() => undefined);
  const clients = startClients(source(), random);
  try {
    const plan = await engine.plan(id, wishOf({ way: "follow" }));
    let operation = await engine.start(plan);
    const follows = () =>
      untilState(engine, operation, ({ steps }) => /can be cut over/.test(steps[0]?.note ?? ""), 60_000);
    await follows();
    await engine.close({ keepFolder: true });
    engine = makeEngine({ folder: engine.folder });
    await engine.operations.recover();
    operation = await untilState(engine, operation, ({ state }) => state === "running");
    const before = clients.writes();
    await until("clients to write on", 30_000, () => clients.writes() > before + 500);
    await follows();
    await engine.operations.act(ann, id, operation.id, "cut-over");
    last = await untilState(engine, operation, ({ state }) => state === "succeeded" || state === "failed", 60_000);
    expect(last.state, told(last)).toBe("succeeded");
    expect(stateOf(last, "import-counts")).toEqual(["pass"]);
    expect(stateOf(last, "import-sample")).toEqual(["pass"]);
    const [theirs, ours] = [await heldBy(source()), await heldByAll(cluster)];
    const differing = differences(theirs, ours).filter((name) => !name.startsWith("brief:"));
    expect(differing).toEqual([]);
    expect(engine.operations.transcript(operation.id).map((line) => line.reply)).toContainEqual(
      expect.stringMatching(/^CONTINUE/),
    );
  } finally {
    await clients.stop();
  }
});

test("a followed source that comes back as another process is read anew, and what it has lost is deleted", async () => {
  await fill(source(), 500);
  const operation = await engine.start(await engine.plan(id, wishOf({ way: "follow" })));
  await untilState(engine, operation, ({ steps }) => /can be cut over/.test(steps[0]?.note ?? ""));
  await engine.operations.act(ann, id, operation.id, "pause");
  await untilState(engine, operation, ({ state }) => state === "paused");
  await source().call("DEL", "key:1");
  await source().call("SET", "key:2", "newer");
  await source().call("SAVE");
  await source().kill();
  await source().start();
  await engine.operations.act(ann, id, operation.id, "resume");
  await engine.operations.act(ann, id, operation.id, "cut-over");
  last = await untilState(engine, operation, ({ state }) => state === "succeeded" || state === "failed");
  await source().call("CLIENT", "UNPAUSE");
  expect(last.state, told(last)).toBe("succeeded");
  expect(differences(await heldBy(source()), await heldByAll(cluster))).toEqual([]);
  const kept = engine.store.all("SELECT key FROM kept_values WHERE operation_id = ?", operation.id);
  expect(kept.map((row) => Buffer.from(row.key as Uint8Array).toString())).toEqual(["key:1"]);
});

test("what cannot be followed key by key ends it with a reason", async () => {
  await fill(source(), 100);
  const operation = await engine.start(await engine.plan(id, wishOf({ way: "follow" })));
  await untilState(engine, operation, ({ steps }) => /can be cut over/.test(steps[0]?.note ?? ""));
  await source().call("FLUSHALL");
  last = await untilState(engine, operation, ({ state }) => state === "failed");
  expect(last.reason?.text).toContain("was told FLUSHALL, which cannot be followed key by key");
  expect((await heldByAll(cluster)).size).toBe(100);
});

test("a primary that Sentinels name is found again after its failover", async () => {
  await source(1).call("REPLICAOF", source(0).endpoint.host, source(0).port);
  await fill(source(0), 5000);
  await until(
    "the replica to be in sync",
    20_000,
    async () =>
      /master_link_status:up/.test(String(await source(1).call("INFO", "replication"))) &&
      Number(await source(1).call("DBSIZE")) === 5000,
  );
  const sentinel = await startSentinel(BASE + 13, source(0));
  try {
    const sentinels = [BASE + 14, BASE + 13].map((port) => ({ host: "127.0.0.1", port }));
    const operation = await startSlowly({ from: [{ kind: "sentinel", sentinels, name: "orders" }] });
    await source(0).kill();
    last = await untilState(engine, operation, ({ state }) => state === "succeeded" || state === "failed", 60_000);
    expect(last.state, told(last)).toBe("succeeded");
    expect(last.steps[0]?.note).toContain("begun anew 1 time");
    expect(differences(await heldBy(source(1)), await heldByAll(cluster))).toEqual([]);
  } finally {
    await sentinel.close();
    await source(0).start();
  }
});
