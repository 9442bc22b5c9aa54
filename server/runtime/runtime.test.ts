import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { asClusterId } from "@/lib/cluster/node";
import type { Topology } from "@/lib/cluster/topology";
import type { LiveEvent } from "@/lib/wire/live";
import { Link } from "@/server/link";
import { setProcess } from "@/server/store/managed-nodes";
import { until } from "@/server/testing/until";
import { unlockFolder } from "./node-lock";
import { processTable } from "./process-table";
import { type Bench, openBench, pidOf, prepareNode } from "./testing";

let bench: Bench;
beforeEach(() => {
  bench = openBench();
});
afterEach(async () => {
  await bench.close();
});
const prepareOne = (port: number) => prepareNode(bench, port);

test("nodes are prepared and started: folder 0700, files 0600, no secret on the command line or in the environment", async () => {
  const nodes = await bench.runtime.prepare({ count: 2, port: 7000, fields: { password: "canary-77" }, start: true });
  expect(nodes.map((node) => node.endpoint.port)).toEqual([7000, 7001]);
  for (const node of nodes) {
    const pid = pidOf(node);
    expect(node).toMatchObject({ busPort: node.endpoint.port + 10_000, sandbox: false, engine: { kind: "redis" } });
    expect(await mode(node.folder)).toBe(0o700);
    for (const file of await readdir(node.folder)) {
      if ((await stat(join(node.folder, file))).isDirectory()) continue;
      expect(await mode(join(node.folder, file)), file).toBe(0o600);
    }
    for (const place of process.platform === "linux" ? ["cmdline", "environ"] : [])
      expect(await readFile(`/proc/${pid}/${place}`, "utf8"), place).not.toContain("canary-77");
    expect(JSON.stringify(bench.store.all("SELECT * FROM managed_nodes"))).not.toContain("canary-77");
    const link = await Link.open(bench.runtime.dial(node.id));
    expect(await link.call(["CLUSTER", "MYID"])).toBe(node.nodeId);
    link.close();
  }
});

test("stop, start and restart keep the node's id and data; kill ends it at once", async () => {
  const node = await prepareOne(7010);
  const set = async (...command: string[]) => {
    const link = await Link.open(bench.runtime.dial(node.id));
    const reply = await link.call(command);
    link.close();
    return reply;
  };
  await set("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
  await until("the node to serve", 10_000, async () => (await set("CLUSTER", "INFO"))?.toString().includes("state:ok"));
  await set("SET", "key", "kept");
  const stopped = await bench.runtime.stop(node.id);
  expect(stopped.process).toEqual({ state: "stopped" });
  expect(await processTable.read(pidOf(node))).toBeUndefined();
  expect((await bench.runtime.stop(node.id)).process.state).toBe("stopped");

  const started = await bench.runtime.start(node.id);
  expect(started.nodeId).toBe(node.nodeId);
  expect(pidOf(await bench.runtime.start(node.id)), "a start of a running node changes nothing").toBe(pidOf(started));
  const restarted = await bench.runtime.restart(node.id);
  expect(pidOf(restarted)).not.toBe(pidOf(started));
  await until("the key to be there", 10_000, async () => (await set("GET", "key").catch(() => "")) === "kept");
  expect((await bench.runtime.kill(node.id)).process.state).toBe("stopped");
  expect(await processTable.read(pidOf(restarted))).toBeUndefined();
});

test("what happens to a process behind the console's back is published", async () => {
  const node = await prepareOne(7025);
  const events: LiveEvent[] = [];
  bench.hub.subscribe((event) => events.push(event));
  process.kill(pidOf(node), "SIGKILL");
  await until("the event", 5000, () =>
    events.some((event) => event.type === "runtime" && event.nodes[0]?.process.state === "stopped"),
  );
});

test("nodes live on without the console and are adopted by the next one, also when the record was lost", async () => {
  const node = await prepareOne(7030);
  bench = await bench.again();
  await bench.runtime.adopt();
  expect(pidOf(await bench.runtime.get(node.id))).toBe(pidOf(node));

  setProcess(bench.store, node.id, undefined);
  await unlockFolder(node.folder);
  bench = await bench.again();
  await bench.runtime.adopt();
  expect(pidOf(await bench.runtime.get(node.id)), "found by its pid file").toBe(pidOf(node));
  await bench.runtime.stop(node.id);
});

test("a node keeps its record when CLUSTER RESET HARD gives it a new id", async () => {
  const node = await prepareOne(7100);
  const link = await Link.open(bench.runtime.dial(node.id));
  await link.call(["CLUSTER", "RESET", "HARD"]);
  link.close();
  const restarted = await bench.runtime.restart(node.id);
  expect(restarted.nodeId).not.toBe(node.nodeId);
});

test("membership follows what a topology shows, also under a new id, and ends with it", async () => {
  const node = await prepareOne(7105);
  const clusterId = asClusterId("c");
  const shown = (id: string, port: number) =>
    ({
      nodes: [{ id, dial: { host: "127.0.0.1", port }, answer: { kind: "answered", atMs: 0, rttMs: 0 } }],
    }) as unknown as Topology;
  bench.runtime.seen(clusterId, shown(node.nodeId ?? "", 9999));
  expect(await bench.runtime.get(node.id)).toMatchObject({ clusterId, nodeId: node.nodeId });
  bench.runtime.seen(asClusterId("other"), shown("a".repeat(40), 9999));
  expect((await bench.runtime.get(node.id)).clusterId, "another cluster says nothing of it").toBe(clusterId);
  bench.runtime.seen(clusterId, shown("b".repeat(40), 7105));
  expect(await bench.runtime.get(node.id)).toMatchObject({ clusterId, nodeId: "b".repeat(40) });
  bench.runtime.seen(clusterId, shown("a".repeat(40), 9999));
  expect((await bench.runtime.get(node.id)).clusterId).toBeUndefined();
});

test("twenty starts at once make one process", async () => {
  const [node] = await bench.runtime.prepare({ count: 1, port: 7120, fields: {}, start: false });
  if (!node) throw new Error("not prepared");
  const started = await Promise.all(Array.from({ length: 20 }, () => bench.runtime.start(node.id)));
  expect(new Set(started.map(pidOf)).size).toBe(1);
});

test("the log is read from its end and followed", async () => {
  const node = await prepareOne(7130);
  expect((await bench.runtime.log(node.id, 3)).length).toBe(3);
  const lines: string[] = [];
  const stop = new AbortController();
  const tail = bench.runtime.tail(node.id, (line) => lines.push(line), stop.signal);
  const link = await Link.open(bench.runtime.dial(node.id));
  await until("a line", 10_000, async () => {
    if (lines.length === 0) await link.call(["BGREWRITEAOF"]).catch(() => {});
    return lines.length > 0;
  });
  link.close();
  stop.abort();
  await tail;
});

async function mode(path: string): Promise<number> {
  return (await stat(path)).mode & 0o777;
}
