import { mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseInfo } from "@/lib/cluster/parse";
import { startNode, type TestNode } from "@/server/testing/node";
import { until } from "@/server/testing/until";
import { embeddedServer } from "../testing/embedded";

/** Clients that do not read what they asked for, or what others send them. */
const folder = mkdtempSync(join(tmpdir(), "shardboard-unread-"));
const VALUE_BYTES = 4 * 1024 * 1024;
const ASKED = 60;
let node: TestNode;

beforeAll(async () => {
  const config = ["client-output-buffer-limit pubsub 1mb 0 0"];
  node = await startNode({ port: 7840, engine: await embeddedServer(folder), cluster: false, config });
  await node.call("SET", "big", Buffer.alloc(VALUE_BYTES, "x"));
});
afterAll(async () => {
  await node?.close();
  rmSync(folder, { recursive: true, force: true });
});

const open = (): Promise<Socket> =>
  new Promise((done, failed) => {
    const socket = connect(node.port, "127.0.0.1", () => done(socket.pause()));
    socket.once("error", failed);
  });
const info = async (section: string, field: string) =>
  Number(parseInfo(String(await node.call("INFO", section)))[field] ?? 0);

test("who asks for more than it reads waits, others do not; when it reads, it gets all", async () => {
  const socket = await open();
  const before = await info("memory", "used_memory_rss");
  socket.write("*2\r\n$3\r\nGET\r\n$3\r\nbig\r\n".repeat(ASKED));
  await until("replies to pile up", 10_000, async () => (await info("stats", "total_net_output_bytes")) > VALUE_BYTES);
  for (let i = 0; i < 20; i++) expect(await node.call("PING")).toBe("PONG");
  expect((await info("memory", "used_memory_rss")) - before).toBeLessThan((VALUE_BYTES * ASKED * 3) / 4);
  let read = 0;
  socket.on("data", (bytes: Buffer) => {
    read += bytes.length;
  });
  socket.resume();
  const all = ASKED * (VALUE_BYTES + `$${VALUE_BYTES}\r\n\r\n`.length);
  await until("all of it to be read", 30_000, () => read >= all);
  expect(read).toBe(all);
  socket.destroy();
});

test("a subscriber that does not read is cut off at its limit", async () => {
  const socket = await open();
  socket.write("*2\r\n$9\r\nSUBSCRIBE\r\n$4\r\nnews\r\n");
  await until("the subscription", 5000, async () => (await info("stats", "pubsub_channels")) === 1);
  await until("the subscriber to be cut off", 20_000, async () => {
    await node.call("PUBLISH", "news", Buffer.alloc(512 * 1024, "n"));
    return (await info("stats", "pubsub_channels")) === 0;
  });
  socket.destroy();
});
