import { copyFile, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { NodeId } from "@/lib/cluster/node";
import { findMember } from "@/lib/plans/members";
import { reverseDraft } from "@/lib/plans/reverse";
import { type Wish, wishSchema } from "@/lib/plans/wish";
import { told } from "./console.fixture";
import { type ManagedLab, startManaged } from "./managed.fixture";

const BASE = 9420;
let lab: ManagedLab;
let folder: string;
/** The same server at another place: what the system calls another executable. */
let other: string;

beforeAll(async () => {
  lab = await startManaged(BASE);
  folder = await mkdtemp(join(tmpdir(), "shardboard-engines-"));
  other = join(folder, "redis-server");
  await copyFile(await realpath(lab.nodes[0]?.engine.path ?? ""), other);
  process.env.SHARDBOARD_ENGINES = other;
}, 120_000);
afterAll(async () => {
  delete process.env.SHARDBOARD_ENGINES;
  await lab.close();
  await rm(folder, { recursive: true, force: true });
});

const run = async (wish: Wish) => lab.engine.run(await lab.engine.plan(lab.id, wish), 90_000);
const nodeOf = (id: NodeId) => lab.engine.runtime.list().then((all) => all.find((node) => node.nodeId === id));
const replica = async () => {
  const { nodes } = await lab.engine.observer.sweep(lab.id);
  return nodes.find((node) => node.role === "replica")?.id as NodeId;
};

test("a setting that needs a restart is written into the file, read back, and taken back", async () => {
  const nodeIds = [await replica()] as const;
  const settings = [{ name: "io-threads", value: "2" }];
  const ended = await run({ verb: "rolling-config", settings, nodeIds, handBack: false });
  expect(ended.state, told(ended)).toBe("succeeded");
  expect(ended.proof.find((line) => line.code === "configured")?.state).toBe("pass");
  const file = join((await nodeOf(nodeIds[0]))?.folder ?? "", "redis.conf");
  expect(await readFile(file, "utf8")).toMatch(/^io-threads 2$/m);
  const back = await run(wishSchema.parse(reverseDraft(ended)));
  expect(back.state, told(back)).toBe("succeeded");
  expect((await readFile(file, "utf8")).match(/^io-threads .*$/gm)).toEqual(["io-threads 1"]);
}, 90_000);

test("a node that does not start as changed is changed back, runs as before, and nothing more is touched", async () => {
  const id = await replica();
  const plan = await lab.engine.plan(lab.id, {
    verb: "rolling-upgrade",
    engine: other,
    nodeIds: [id],
    handBack: false,
  });
  const whole = await readFile(other);
  // It answers to --version until the moment in which it is needed.
  await writeFile(other, `#!/bin/sh\n[ "$1" = --version ] && echo "Redis server v=7.0.15" || exit 3\n`);
  const failed = await lab.engine.run(plan);
  expect(failed.state, told(failed)).toBe("failed");
  expect(failed.reason?.text).toMatch(/did not start as changed.*It was changed back and runs as before/);
  const node = await nodeOf(id);
  expect(node?.process.state).toBe("running");
  expect(node?.engine.path).toBe(lab.nodes[0]?.engine.path);
  await writeFile(other, whole);
}, 60_000);

test("another engine goes under a node and away again; a path that nobody named is never run", async () => {
  const nodeIds = [await replica()] as const;
  const ended = await run({ verb: "rolling-upgrade", engine: other, nodeIds, handBack: false });
  expect(ended.state, told(ended)).toBe("succeeded");
  expect((await nodeOf(nodeIds[0]))?.engine.path).toBe(other);
  const back = await run(wishSchema.parse(reverseDraft(ended)));
  expect(back.state, told(back)).toBe("succeeded");
  expect((await nodeOf(nodeIds[0]))?.engine.path).toBe(lab.nodes[0]?.engine.path);
  await expect(run({ verb: "rolling-upgrade", engine: "/bin/sh", handBack: false })).rejects.toThrow(
    /no server that this console may start/,
  );
}, 90_000);

test("a host hands over its primaries and stops, and gets back what it had", async () => {
  const { engine, id } = lab;
  const before = await engine.observer.sweep(id);
  const heads = before.shards.map((shard) => shard.primaryId);
  // Two of the primaries stand on the host; everybody else elsewhere.
  const away = heads.slice(0, 2);
  const labels = Object.fromEntries(
    before.nodes.map((node) => [node.id, { host: away.includes(node.id) ? "a" : "b" }]),
  );
  engine.registry.update(id, { labels });
  const begun = await run({ verb: "maintenance", host: "a", end: false, stop: true });
  expect(begun.state, told(begun)).toBe("succeeded");
  expect(begun.proof.find((line) => line.code === "host-clear")?.state).toBe("pass");
  const meanwhile = await engine.observer.sweep(id);
  for (const head of away) expect(findMember(meanwhile, head)?.answer.kind).toBe("silent");
  expect(meanwhile.unserved).toEqual([]);
  const ended = await run(wishSchema.parse(reverseDraft(begun)));
  expect(ended.state, told(ended)).toBe("succeeded");
  expect((await engine.observer.sweep(id)).shards.map((shard) => shard.primaryId)).toEqual(heads);
  await expect(engine.plan(id, { verb: "maintenance", host: "a", end: true, stop: false })).rejects.toThrow(
    /has not emptied a/,
  );
}, 90_000);
