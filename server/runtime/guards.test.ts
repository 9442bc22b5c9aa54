import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { access, mkdir, readdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { asClusterId } from "@/lib/cluster/node";
import { setProcess } from "@/server/store/managed-nodes";
import { unlockFolder } from "./node-lock";
import { processTable } from "./process-table";
import { type Bench, openBench, pidOf, prepareNode } from "./testing";

let bench: Bench;
const cleanups: (() => unknown)[] = [];
/** What only /proc tells; elsewhere such a node is refused, not signalled. */
const onLinux = test.runIf(process.platform === "linux");
beforeEach(() => {
  bench = openBench();
});
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
  await bench.close();
});
const prepareOne = (port: number) => prepareNode(bench, port);

onLinux("a frozen node can be killed, for its folder proves whose it is", async () => {
  const node = await prepareOne(7020);
  process.kill(pidOf(node), "SIGSTOP");
  expect((await bench.runtime.kill(node.id)).process.state).toBe("stopped");
});

test("a second server on the same folder is refused", async () => {
  const node = await prepareOne(7040);
  setProcess(bench.store, node.id, undefined);
  await expect(bench.runtime.start(node.id)).rejects.toMatchObject({
    code: "refused",
    sentence: "folderInUse",
    details: { pid: pidOf(node) },
  });
  await bench.runtime.adopt();
});

onLinux("a server that somebody started by hand on the folder is seen", async () => {
  const node = await prepareOne(7045);
  setProcess(bench.store, node.id, undefined);
  await unlockFolder(node.folder);
  await expect(bench.runtime.start(node.id)).rejects.toMatchObject({ sentence: "folderInUse" });
  await bench.runtime.adopt();
});

test("a pid that was given out again is never signalled", async () => {
  const node = await prepareOne(7050);
  await bench.runtime.stop(node.id);
  const dummy = await aDummy();
  const facts = await processTable.read(dummy.pid ?? 0);
  for (const started of ["another-boot/1", facts?.started ?? ""]) {
    setProcess(bench.store, node.id, { pid: dummy.pid ?? 0, started });
    expect((await bench.runtime.get(node.id)).process.state).toBe("foreign");
    for (const act of ["stop", "kill", "restart"] as const)
      await expect(bench.runtime[act](node.id)).rejects.toMatchObject({ code: "refused", sentence: "nodeNotOurs" });
    expect(dummy.exitCode ?? dummy.signalCode, "the dummy lives").toBeNull();
  }
  await bench.runtime.adopt();
  expect((await bench.runtime.get(node.id)).process.state).toBe("stopped");
  await bench.runtime.start(node.id);
  expect(dummy.exitCode ?? dummy.signalCode).toBeNull();
});

test("another node behind the recorded pid is not signalled", async () => {
  const [mine, other] = await bench.runtime.prepare({ count: 2, port: 7060, fields: {}, start: true });
  if (!mine || !other) throw new Error("not prepared");
  await bench.runtime.stop(mine.id);
  const facts = await processTable.read(pidOf(other));
  if (!facts) throw new Error("the other one is gone");
  setProcess(bench.store, mine.id, facts);
  await expect(bench.runtime.kill(mine.id)).rejects.toMatchObject({ sentence: "nodeNotOurs" });
  expect((await bench.runtime.get(other.id)).process.state).toBe("running");
  setProcess(bench.store, mine.id, undefined);
});

test("a port that is taken is said so, and nothing is left behind", async () => {
  for (const taken of [7070, 17_071]) {
    const server = await listen(taken);
    const port = taken % 10_000;
    await expect(bench.runtime.prepare({ count: 1, port, fields: {}, start: true })).rejects.toMatchObject({
      code: "refused",
      sentence: "portTaken",
      details: { port },
    });
    server.close();
  }
  expect(await bench.runtime.list()).toEqual([]);
  expect(await readdir(join(bench.dataFolder, "nodes")).catch(() => [])).toEqual([]);
});

test("a port that is taken while the node is stopped: start says so, the node stays as it was", async () => {
  const node = await prepareOne(7080);
  await bench.runtime.stop(node.id);
  const server = await listen(7080);
  expect((await bench.runtime.get(node.id)).process.state).toBe("foreign");
  await expect(bench.runtime.start(node.id)).rejects.toMatchObject({ sentence: "portTaken" });
  await new Promise((done) => server.close(done));
  await bench.runtime.start(node.id);
});

test("a server that does not come up tells why in its own words, and nothing is left behind", async () => {
  const node = await prepareOne(7090);
  await bench.runtime.stop(node.id);
  await writeFile(join(node.folder, "nodes.conf"), "this is no nodes.conf\n");
  await expect(bench.runtime.start(node.id)).rejects.toThrow(/corrupt/i);
  expect((await bench.runtime.get(node.id)).process.state).toBe("stopped");
  expect((await readdir(node.folder)).filter((name) => name.includes("lock"))).toEqual([]);
});

test("an engine that does not run leaves no folder, no record and no process behind", async () => {
  const engine = join(bench.dataFolder, "redis-server");
  const script =
    "#!/bin/sh\n[ \"$1\" = --version ] && echo 'Redis server v=7.0.15 sha=0' && exit 0\necho 'Fatal: no luck' >&2\nexit 1\n";
  await writeFile(engine, script, { mode: 0o755 });
  const before = process.env.SHARDBOARD_ENGINE;
  process.env.SHARDBOARD_ENGINE = engine;
  cleanups.push(() => {
    process.env.SHARDBOARD_ENGINE = before;
  });
  await expect(bench.runtime.prepare({ count: 3, port: 7140, fields: {}, start: true })).rejects.toThrow(
    "node-7140 did not start: Fatal: no luck",
  );
  expect(await bench.runtime.list()).toEqual([]);
  expect(await readdir(join(bench.dataFolder, "nodes"))).toEqual([]);
});

test("a member that lost its nodes.conf is not started as a stranger", async () => {
  const node = await prepareOne(7095);
  bench.runtime.bind(node.id, { clusterId: asClusterId("c") });
  await bench.runtime.stop(node.id);
  await rename(join(node.folder, "nodes.conf"), join(node.folder, "away"));
  await expect(bench.runtime.start(node.id)).rejects.toMatchObject({ sentence: "nodeFileLost" });
  await rename(join(node.folder, "away"), join(node.folder, "nodes.conf"));
  expect((await bench.runtime.start(node.id)).nodeId).toBe(node.nodeId);
});

test("only stopped nodes that are no members are deleted, and only their own folder", async () => {
  const node = await prepareOne(7110);
  await expect(bench.runtime.remove(node.id)).rejects.toMatchObject({ sentence: "nodeStillRuns" });
  await bench.runtime.stop(node.id);
  bench.runtime.bind(node.id, { clusterId: asClusterId("c") });
  await expect(bench.runtime.remove(node.id)).rejects.toMatchObject({ sentence: "nodeStillMember" });
  bench.runtime.bind(node.id, {});
  const elsewhere = join(bench.dataFolder, "precious");
  await mkdir(elsewhere);
  await rename(node.folder, `${node.folder}.away`);
  await symlink(elsewhere, node.folder);
  await expect(bench.runtime.remove(node.id)).rejects.toMatchObject({ sentence: "folderOutside" });
  await access(elsewhere);
  await rm(node.folder);
  await rename(`${node.folder}.away`, node.folder);
  await bench.runtime.remove(node.id);
  await expect(access(node.folder)).rejects.toThrow();
  await expect(bench.runtime.get(node.id)).rejects.toMatchObject({ code: "not_found" });
});

async function aDummy(): Promise<ChildProcess> {
  const dummy = spawn("sleep", ["300"], { stdio: "ignore" });
  cleanups.push(() => dummy.kill("SIGKILL"));
  await once(dummy, "spawn");
  return dummy;
}

async function listen(port: number): Promise<Server> {
  const server = createServer((socket) => socket.destroy());
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  cleanups.push(() => server.close());
  return server;
}
