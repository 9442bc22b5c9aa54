import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ClusterId } from "@/lib/cluster/node";
import type { Operation } from "@/lib/operation";
import { fillCluster } from "@/server/backup/testing/fill";
import { startCluster, type TestCluster } from "@/server/testing/cluster";
import { until } from "@/server/testing/until";
import { makeEngine, type TestEngine, told, untilState } from "./console.fixture";

const BASE = 9600;
const SECRETS = ["canary-key-pass", createHash("sha256").update("canary-password").digest("hex")];
let cluster: TestCluster;
let keys: readonly string[];
let engine: TestEngine;
let id: ClusterId;

beforeAll(async () => {
  const config = ["repl-diskless-sync-delay 0", `tls-key-file-pass ${SECRETS[0]}`];
  cluster = await startCluster({ basePort: BASE, primaries: 3, replicas: 3, config });
  keys = await fillCluster(cluster, 20);
  for (const node of cluster.nodes) await node.call("ACL", "SETUSER", "bob", "on", ">canary-password", "+@read");
  engine = makeEngine();
  id = await engine.connect(BASE);
});
afterAll(async () => {
  await engine?.close();
  await cluster?.close();
});

const folderOf = (operation: Operation): string => engine.backups.ofOperation(operation).path;
const sealed = async (operation: Operation) => {
  const { path } = engine.backups.ofOperation(operation);
  return engine.backups.read(id, path.split("/").at(-1) ?? "");
};

test("3+3 are saved from their replicas, read back, described without secrets, and listed", async () => {
  const plan = await engine.plan(id, { verb: "backup" });
  const operation = await engine.run(plan);
  expect(operation.state, told(operation)).toBe("succeeded");
  expect(operation.proof.filter((line) => line.code.startsWith("backup")).map((line) => line.state)).toEqual([
    "pass",
    "pass",
  ]);

  const manifest = await sealed(operation);
  expect(manifest.keys).toBe(keys.length);
  expect(manifest.shards.map((shard) => shard.from.role)).toEqual(["replica", "replica", "replica"]);
  expect(manifest.shards.map((shard) => shard.ranges)).toEqual(cluster.ranges.map((range) => [range]));
  expect(manifest.lagBytes).toBe(0);
  const folder = folderOf(operation);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(readdirSync(folder).sort()).toEqual([
    "manifest.json",
    "nodes.json",
    ...[1, 2, 3].flatMap((n) => [`shard-${n}.json`, `shard-${n}.rdb`]),
  ]);
  for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777, name).toBe(0o600);
  for (const { file, sha256 } of [...manifest.shards, manifest.nodes])
    expect(
      createHash("sha256")
        .update(readFileSync(join(folder, file)))
        .digest("hex"),
    ).toBe(sha256);

  const settings = readFileSync(join(folder, "nodes.json"), "utf8");
  const nodes = JSON.parse(settings) as { config: Record<string, string>; acl: string[]; leftOut: string[] }[];
  expect(nodes.map((node) => node.config["cluster-node-timeout"])).toEqual(Array(6).fill("2000"));
  expect(nodes[0]?.acl.join("\n")).toMatch(/user bob on/);
  expect(nodes[0]?.leftOut).toContain("tls-key-file-pass");
  for (const secret of SECRETS) expect(settings).not.toContain(secret);

  expect(await engine.backups.list(id)).toMatchObject([{ id: manifest.id, state: "sealed", shards: 3 }]);
  const sent = engine.operations.transcript(operation.id, { limit: 1000 }).filter((line) => line.mutates);
  expect(sent.map((line) => `${line.endpoint.host}:${line.endpoint.port}> ${line.command}`).sort()).toEqual(
    [...plan.commands.raw].sort(),
  );
});

test("a console that stops in the middle goes on: what is whole is kept, what is damaged is saved again", async () => {
  const slow = cluster.replicas[2];
  await slow?.call("CONFIG", "SET", "repl-diskless-sync-delay", "1000");
  const operation = await engine.start(await engine.plan(id, { verb: "backup" }));
  await untilState(engine, operation, ({ steps }) => steps.filter((step) => step.state === "done").length === 2);
  const folder = folderOf(operation);
  expect(await engine.backups.list(id)).toMatchObject([{ state: "partial" }, { state: "sealed" }]);
  await engine.close({ keepFolder: true });
  const { ino } = statSync(join(folder, "shard-1.rdb"));
  expect(readdirSync(folder)).not.toContain("shard-3.rdb");
  const damaged = join(folder, "shard-2.rdb");
  const bytes = readFileSync(damaged);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
  writeFileSync(damaged, bytes);

  await slow?.call("CONFIG", "SET", "repl-diskless-sync-delay", "0");
  engine = makeEngine({ folder: engine.folder });
  await engine.operations.recover();
  const ended = await engine.operations.finished(operation.id, { deadlineMs: 40_000 });
  expect(ended.state, told(ended)).toBe("succeeded");
  const manifest = await sealed(operation);
  expect(manifest.keys).toBe(keys.length);
  expect(statSync(join(folder, "shard-1.rdb")).ino).toBe(ino);
  for (const shard of manifest.shards) await engine.backups.ofOperation(operation).readBack(shard);
});

test("a damaged, a cut and a lost file are each named", async () => {
  const [newest] = await engine.backups.list(id);
  const manifest = await engine.backups.read(id, newest?.id ?? "");
  const folder = engine.backups.ofOperation({ id: manifest.operationId, clusterId: id, createdMs: manifest.createdMs });
  const [shard] = manifest.shards;
  if (!shard) throw new Error("no shard");
  const path = join(folder.path, shard.file);
  const whole = readFileSync(path);
  const flipped = Buffer.from(whole);
  flipped[20] = (flipped[20] ?? 0) ^ 1;
  writeFileSync(path, flipped);
  await expect(folder.readBack(shard)).rejects.toThrow(`${manifest.id}/shard-1.rdb is not what was saved`);
  writeFileSync(path, whole.subarray(0, -9));
  await expect(folder.readBack(shard)).rejects.toThrow(/shard-1\.rdb is not what was saved: expected \d+ bytes/);
  await expect(folder.readBack({ ...shard, file: "shard-9.rdb" })).rejects.toThrow("shard-9.rdb is not there");
});

test("a shard whose replica is not in sync is saved from its primary, and the plan says so", async () => {
  const [, alone] = cluster.primaries;
  const replica = cluster.replicas[1];
  await alone?.call("CONFIG", "SET", "repl-timeout", "3600");
  await replica?.kill();
  await engine.observer.waitFor(id, ({ nodes }) => nodes.some((node) => node.answer.kind === "silent"), {
    deadlineMs: 15_000,
    what: "the replica to be silent",
  });
  const plan = await engine.plan(id, { verb: "backup" });
  expect(plan.preflight.find((line) => line.code === "backup-from-replicas")?.text).toContain("127.0.0.1:9601");
  const operation = await engine.run(plan);
  expect(operation.state, told(operation)).toBe("succeeded");
  const { shards, keys: saved } = await sealed(operation);
  expect(shards.map((shard) => shard.from.role)).toEqual(["replica", "primary", "replica"]);
  expect(saved).toBe(keys.length);
  await replica?.start();
  await until("it to be in sync again", 15_000, async () =>
    /master_link_status:up/.test(String(await replica?.call("INFO", "replication"))),
  );
});
