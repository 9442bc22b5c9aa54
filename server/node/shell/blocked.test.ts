import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { keySlot } from "@/lib/cluster/key-slot";
import { startNode, type TestNode } from "@/server/testing/node";
import { until } from "@/server/testing/until";
import { embeddedServer } from "../testing/embedded";
import { RawClient } from "../testing/raw-client";

/** Clients that wait for a key whose node may serve it no more: redis-server 7.0.15 and the node end their waiting with the same words. */
const PORT = 10240;
const folder = mkdtempSync(join(tmpdir(), "shardboard-blocked-"));
const nodes: TestNode[] = [];
let engine: string;

beforeAll(async () => {
  engine = await embeddedServer(folder);
});

afterAll(async () => {
  await Promise.all(nodes.map((node) => node.close()));
  rmSync(folder, { recursive: true, force: true });
});

/** A key of its own slot; the highest slot is the other node's. */
function keyAt(place: number): string {
  const keys = Array.from({ length: 100 }, (_, at) => `key${at}`);
  const key = keys.filter((key) => keySlot(Buffer.from(key)) < 16383)[place];
  if (key === undefined) throw new RangeError(`no key ${place}`);
  return key;
}
const slotAt = (place: number) => String(keySlot(Buffer.from(keyAt(place))));

type Waiting = { readonly client: RawClient; readonly answer: Promise<string> };

/** A node with nearly all slots, and one with the last. */
async function startPair(kind: "ours" | "theirs", port: number): Promise<readonly [TestNode, TestNode]> {
  const config = ["cluster-require-full-coverage no"];
  const options = { config, engine: kind === "ours" ? engine : undefined };
  const pair = await Promise.all([startNode({ ...options, port }), startNode({ ...options, port: port + 1 })]);
  nodes.push(...pair);
  const [node, other] = pair;
  await node.call("CLUSTER", "ADDSLOTSRANGE", "0", "16382");
  await other.call("CLUSTER", "ADDSLOTS", "16383");
  await node.call("CLUSTER", "MEET", "127.0.0.1", String(other.port));
  await until("the two to know each other", 10_000, async () =>
    /cluster_state:ok[\s\S]*cluster_size:2/.test(String(await node.call("CLUSTER", "INFO"))),
  );
  return [node, other];
}

async function wait(node: TestNode, blockedBefore: number, ...command: readonly string[]): Promise<Waiting> {
  const client = await RawClient.open(node.port);
  const answer = client.ask(...command);
  await until(`${command.join(" ")} to wait`, 5000, async () =>
    String(await node.call("INFO", "clients")).includes(`blocked_clients:${blockedBefore + 1}\r`),
  );
  return { client, answer };
}

/** What it is told, and whether it is let go after it. */
async function endOf({ client, answer }: Waiting): Promise<string> {
  const said = await answer;
  const next = await client.ask("PING");
  client.close();
  return said + next;
}

async function story(kind: "ours" | "theirs", port: number): Promise<readonly string[]> {
  const [node, other] = await startPair(kind, port);
  const told: string[] = [];
  const moved = [await wait(node, 0, "BLPOP", keyAt(0), "0"), await wait(node, 1, "BZPOPMIN", keyAt(0), "0")];
  await node.call("CLUSTER", "SETSLOT", slotAt(0), "NODE", other.id);
  for (const one of moved) told.push(await endOf(one));
  const unbound = await wait(node, 0, "BLMOVE", keyAt(1), keyAt(1), "LEFT", "LEFT", "0");
  await node.call("CLUSTER", "DELSLOTS", slotAt(1));
  told.push(await endOf(unbound));
  const down = await wait(node, 0, "BRPOP", keyAt(2), "0");
  await node.call("CONFIG", "SET", "cluster-require-full-coverage", "yes");
  await node.call("CLUSTER", "DELSLOTS", slotAt(3));
  told.push(await endOf(down));
  await node.call("CONFIG", "SET", "cluster-require-full-coverage", "no");
  const last = Number(slotAt(2));
  await node.call("CLUSTER", "SETSLOT", slotAt(0), "NODE", node.id);
  await node.call("CLUSTER", "ADDSLOTS", slotAt(1), slotAt(3));
  await node.call("CLUSTER", "DELSLOTSRANGE", "0", String(last - 1), String(last + 1), "16382");
  await until("the cluster to be up", 10_000, async () =>
    String(await node.call("CLUSTER", "INFO")).includes("cluster_state:ok"),
  );
  const demoted = [await wait(node, 0, "BLPOP", keyAt(2), "0"), await wait(node, 1, "WAIT", "1", "0")];
  await node.call("CLUSTER", "SETSLOT", String(last), "NODE", other.id);
  for (const one of demoted) told.push(await endOf(one));
  return told.map((line) => line.replaceAll(String(other.port), "<other>"));
}

test("clients that wait are told as redis tells them when the slot leaves, the cluster goes down or the node follows another", async () => {
  const [ours, theirs] = await Promise.all([story("ours", PORT), story("theirs", PORT + 10)]);
  expect(ours).toEqual(theirs);
  expect(ours[0]).toBe(`-MOVED ${slotAt(0)} 127.0.0.1:<other>\r\n+PONG\r\n`);
  expect(ours.at(-1)).toContain("<closed>");
});
