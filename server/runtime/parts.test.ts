import { spawn } from "node:child_process";
import { appendFileSync, mkdtempSync, readdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { asNodeId } from "@/lib/cluster/node";
import type { Topology } from "@/lib/cluster/topology";
import { until } from "@/server/testing/until";
import { findEngine, parseVersion } from "./engines";
import { followLines, lastLines } from "./log";
import { lockFolder, readHolder, unlockFolder } from "./node-lock";
import { reasonFrom } from "./node-process";
import { safeStartOrder, safeStopOrder, savedStartWaves, savedStopWaves } from "./order";
import { freePorts } from "./ports";
import { procTable, psTable } from "./process-table";

const folder = () => realpathSync(mkdtempSync(join(tmpdir(), "shardboard-parts-")));

test.runIf(process.platform === "linux")("ps tells of a process what /proc tells", async () => {
  const [proc, ps] = await Promise.all([procTable.read(process.pid), psTable.read(process.pid)]);
  expect(ps?.startedMs).toBeGreaterThan(0);
  expect(Math.abs((proc?.startedMs ?? 0) - (ps?.startedMs ?? 0))).toBeLessThan(2000);
  expect(ps?.rssBytes).toBeGreaterThan(0);
  expect(ps?.started).toBe((await psTable.read(process.pid))?.started);
  expect(proc?.exe).toBe(process.execPath);
});

test("a process that has ended but was not waited for is gone", async () => {
  const parent = spawn("sh", ["-c", "sh -c 'exit 0' & echo $!; exec sleep 30"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const pid = Number(String(await new Promise((resolve) => parent.stdout.once("data", resolve))));
  await until("the zombie to be seen as gone", 5000, async () => (await procTable.read(pid)) === undefined);
  expect(await psTable.read(pid)).toBeUndefined();
  parent.kill("SIGKILL");
});

test("versions of both families are read", () => {
  expect(parseVersion("Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64")).toEqual({
    kind: "redis",
    version: "7.0.15",
  });
  expect(parseVersion("Valkey server v=8.0.1 sha=0")).toEqual({ kind: "valkey", version: "8.0.1" });
  expect(parseVersion("Shardboard node v=0.1.0 redis=7.0.15")).toEqual({ kind: "embedded", version: "7.0.15" });
  expect(parseVersion("redis-cli 7.0.15")).toBeUndefined();
});

test.runIf(process.platform === "linux")(
  "an embedded node is told by its script, not by the Node that runs it",
  async () => {
    const at = folder();
    const script = join(at, "shardboard-node.mjs");
    const other = join(at, "server.mjs");
    for (const path of [script, other]) writeFileSync(path, "process.stdout.write('up'); setInterval(() => {}, 1000);");
    symlinkSync(script, join(at, "shardboard-node"));
    for (const [started, seen] of [
      [join(at, "shardboard-node"), script],
      [other, process.execPath],
    ] as const) {
      const child = spawn(process.execPath, [started, "redis.conf"], { stdio: ["ignore", "pipe", "ignore"] });
      await new Promise((resolve) => child.stdout.once("data", resolve));
      expect((await procTable.read(child.pid ?? 0))?.exe).toBe(seen);
      child.kill("SIGKILL");
    }
  },
);

test("an engine that was named and is none is an error, not passed over", async () => {
  const before = process.env.SHARDBOARD_ENGINE;
  try {
    for (const path of ["/bin/echo", "/nowhere/redis-server"]) {
      process.env.SHARDBOARD_ENGINE = path;
      await expect(findEngine()).rejects.toMatchObject({ code: "invalid", sentence: "engineUnusable" });
    }
  } finally {
    if (before === undefined) delete process.env.SHARDBOARD_ENGINE;
    else process.env.SHARDBOARD_ENGINE = before;
  }
});

test("free ports pass by what is taken, kept or somebody's bus", async () => {
  const server = createServer().listen(7151, "127.0.0.1");
  const bus = createServer().listen(17_153, "127.0.0.1");
  await Promise.all([server, bus].map((each) => new Promise((done) => each.once("listening", done))));
  try {
    const ports = await freePorts({ host: "127.0.0.1", count: 3, from: 7150, avoid: new Set([7152]) });
    expect(ports).toEqual([7150, 7154, 7155]);
  } finally {
    server.close();
    bus.close();
  }
  await expect(freePorts({ host: "127.0.0.1", count: 3, from: 22_766, avoid: new Set() })).rejects.toMatchObject({
    sentence: "noFreePorts",
  });
});

test("a folder has one holder, however many come at once, and the dead hold nothing", async () => {
  const at = folder();
  writeFileSync(join(at, "node.lock.old"), JSON.stringify({ pid: process.pid, started: "another life" }));
  const self = await procTable.read(process.pid);
  const holder = { pid: process.pid, started: self?.started ?? "" };
  const take = () => lockFolder(at, holder, "/usr/bin/no-engine");
  for (let round = 0; round < 6; round++) {
    const outcomes = await Promise.allSettled(Array.from({ length: 4 }, take));
    expect(outcomes.filter((outcome) => outcome.status === "fulfilled").length).toBeLessThanOrEqual(1);
    await unlockFolder(at);
  }
  await take();
  expect(await readHolder(at)).toEqual(holder);
  await expect(take()).rejects.toMatchObject({ sentence: "folderInUse", details: { pid: process.pid } });
  await unlockFolder(at);
  expect(readdirSync(at)).toEqual([]);
});

test("the last lines of a long log, without what steers a terminal", async () => {
  const path = join(folder(), "node.log");
  expect(await lastLines(path, 5)).toEqual([]);
  writeFileSync(path, Array.from({ length: 50_000 }, (_, i) => `line ${i} ü\n`).join(""));
  appendFileSync(path, "\u001b]0;title\u0007 red\nwithout an end");
  expect(await lastLines(path, 3)).toEqual(["line 49999 ü", "�]0;title� red", "without an end"]);
  expect(await lastLines(path, 20_000)).toHaveLength(20_000);
});

test("a followed log gives whole lines, also after it was cut", async () => {
  const path = join(folder(), "node.log");
  writeFileSync(path, "old\n");
  const lines: string[] = [];
  const stop = new AbortController();
  const follow = followLines(path, (line) => lines.push(line), stop.signal);
  await until("the first line", 5000, () => {
    if (lines.length === 0) appendFileSync(path, "new\n");
    return lines.length > 0;
  });
  writeFileSync(path, "cut\n");
  await until("the line after the cut", 5000, () => lines.includes("cut"));
  stop.abort();
  await follow;
  expect(new Set(lines)).toEqual(new Set(["new", "cut"]));
});

test("replicas stop before primaries and start after them", async () => {
  const nodeId = (n: number) => asNodeId(String(n).repeat(40));
  const nodes = [1, 2, 3, 4].map((n) => ({ id: `n${n}`, nodeId: nodeId(n) }));
  const stranger = { id: "n5" };
  const topology = {
    nodes: [1, 2, 3, 4].map((n) => ({ id: nodeId(n), role: n % 2 ? "primary" : "replica" })),
  } as unknown as Topology;
  expect(safeStopOrder([...nodes, stranger], topology)).toEqual(["n5", "n2", "n4", "n1", "n3"]);
  expect(safeStartOrder([...nodes, stranger], topology)).toEqual(["n1", "n3", "n2", "n4", "n5"]);

  const saved = ["master", "slave"].map((role, i) => {
    const at = folder();
    writeFileSync(
      join(at, "nodes.conf"),
      `${nodeId(9)} 127.0.0.1:7009@17009 ${i ? "master" : "slave"} - 0 0 1 connected\n${nodeId(i + 1)} 127.0.0.1:700${i}@1700${i} myself,${role} - 0 0 1 connected\nvars currentEpoch 6 lastVoteEpoch 0\n`,
    );
    return { id: role, folder: at };
  });
  expect(await savedStopWaves(saved)).toEqual([["slave"], ["master"]]);
  expect(await savedStartWaves(saved)).toEqual([["master"], ["slave"]]);
});

test("the reason for an end is taken from the log", () => {
  expect(
    reasonFrom([
      "123:C 21 Nov 2026 07:11:31.123 # oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo",
      "123:M 21 Nov 2026 07:11:31.124 # Could not create server TCP listening socket 127.0.0.1:7000: bind: Address already in use",
      "123:M 21 Nov 2026 07:11:31.125 # Failed listening on port 7000 (TCP), aborting.",
    ]),
  ).toBe(
    "Could not create server TCP listening socket 127.0.0.1:7000: bind: Address already in use · Failed listening on port 7000 (TCP), aborting.",
  );
  expect(reasonFrom([])).toBeUndefined();
});
