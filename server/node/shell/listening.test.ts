import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { startNode, type TestNode } from "@/server/testing/node";
import { embeddedServer } from "../testing/embedded";
import { RawClient } from "../testing/raw-client";

/** CONFIG SET port and bind: the same answers, and the same doors open after them, as of redis-server 7.0.15. */
const PORT = 10300;
const folder = mkdtempSync(join(tmpdir(), "shardboard-listening-"));
const nodes: TestNode[] = [];

afterAll(async () => {
  await Promise.all(nodes.map((node) => node.close()));
  rmSync(folder, { recursive: true, force: true });
});

const isOpen = (host: string, port: number): Promise<boolean> =>
  new Promise((done) => {
    const socket = connect({ host, port });
    socket.once("connect", () => done(true));
    socket.once("error", () => done(false));
    socket.once("close", () => done(false));
    socket.once("connect", () => socket.destroy());
  });

async function story(port: number, taken: number, engine: string | undefined): Promise<readonly unknown[]> {
  const node = await startNode({ port, engine, cluster: false });
  nodes.push(node);
  const client = await RawClient.open(port);
  const next = port + 1;
  const told: unknown[] = [];
  const set = async (name: string, value: string) => {
    told.push(await client.ask("CONFIG", "SET", name, value), await client.ask("CONFIG", "GET", name));
    for (const [host, at] of [
      ["127.0.0.1", port],
      ["127.0.0.1", next],
      ["127.0.0.2", next],
    ] as const)
      told.push(await isOpen(host, at));
  };
  await set("port", String(taken));
  await set("port", String(next));
  await set("bind", "127.0.0.1 127.0.0.2");
  await set("bind", "203.0.113.7");
  await set("bind", "127.0.0.2 -203.0.113.7");
  await set("port", "0");
  await set("port", String(next));
  const info = await client.ask("INFO", "server");
  told.push(/tcp_port:\d+/.exec(info)?.[0]);
  client.close();
  return told.map((line) => String(line).replaceAll(String(next), "<next>").replaceAll(String(port), "<port>"));
}

test("the client port moves while clients stay, and stays where it was when it cannot", async () => {
  const engine = await embeddedServer(folder);
  const holder = await startNode({ port: PORT + 9, cluster: false });
  nodes.push(holder);
  const [ours, theirs] = await Promise.all([story(PORT, PORT + 9, engine), story(PORT + 4, PORT + 9, undefined)]);
  expect(ours).toEqual(theirs);
});
