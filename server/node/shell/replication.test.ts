import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { Link } from "@/server/link";
import { fillEveryType } from "@/server/rdb/testing/fill";
import { startNode, type TestNode } from "@/server/testing/node";
import { until } from "@/server/testing/until";
import { embeddedServer } from "../testing/embedded";

const FIRST_PORT = 7610;
const folder = mkdtempSync(join(tmpdir(), "shardboard-node-replication-"));
let embedded: string;
let nodes: TestNode[] = [];

beforeAll(async () => {
  embedded = await embeddedServer(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(async () => {
  await Promise.all(nodes.map((node) => node.close()));
  nodes = [];
});

type Kind = "redis" | "embedded";

async function start(kind: Kind, ...config: readonly string[]): Promise<TestNode> {
  const engine = kind === "embedded" ? embedded : undefined;
  const port = FIRST_PORT + nodes.length;
  const node = await startNode({
    port,
    engine,
    cluster: false,
    config: ["repl-ping-replica-period 1", "enable-debug-command yes", ...config],
  });
  nodes.push(node);
  return node;
}

const info = async (node: TestNode, name: string) =>
  new RegExp(`^${name}:(.*)$`, "m").exec(String(await node.call("INFO", "replication")))?.[1]?.trim();
const role = async (node: TestNode) => (await node.call("ROLE")) as readonly unknown[];
const isUp = async (node: TestNode) => (await role(node))[3] === "connected";
const offset = async (node: TestNode) => {
  const [name, ...rest] = await role(node);
  return Number(name === "master" ? rest[0] : rest[3]);
};
const follow = async (replica: TestNode, primary: TestNode) => {
  await replica.call("REPLICAOF", "127.0.0.1", String(primary.port));
  await until("the link to be up", 10_000, () => isUp(replica));
};
const caughtUp = (replica: TestNode, primary: TestNode) =>
  until("the replica to have all", 10_000, async () => {
    const at = await offset(primary);
    return (await offset(replica)) >= at && (await isUp(replica));
  });

/** Writes as fast as they are answered, until it is stopped. */
function writeLoad(port: number): { stop(): Promise<number> } {
  let isOver = false;
  const run = (async () => {
    const link = await Link.open({ endpoint: { host: "127.0.0.1", port } });
    let count = 0;
    for (; !isOver; count++) {
      const batch = Array.from({ length: 20 }, (_, at) => ["SET", `load:${(count * 7 + at) % 500}`, `${count}:${at}`]);
      for (const settled of await link.pipeline(batch)) if (!settled.ok) throw settled.error;
    }
    link.close();
    return count * 20;
  })();
  return {
    stop: () => {
      isOver = true;
      return run;
    },
  };
}

describe("replication with redis-server", () => {
  test("all types go through an embedded replica, and the replica below it has the same data", async () => {
    const [top, middle, leaf] = [await start("redis"), await start("embedded"), await start("redis")];
    await fillEveryType(top);
    const load = writeLoad(top.port);
    await follow(middle, top);
    await follow(leaf, middle);
    const written = await load.stop();
    await caughtUp(middle, top);
    await caughtUp(leaf, top);
    expect(written).toBeGreaterThan(0);
    expect(await leaf.call("DBSIZE")).toBe(await top.call("DBSIZE"));
    expect(await leaf.call("DEBUG", "DIGEST")).toBe(await top.call("DEBUG", "DIGEST"));
    expect(await info(leaf, "master_replid")).toBe(await info(top, "master_replid"));
  });

  test("a redis replica of an embedded primary, under writes, broken off again and again", async () => {
    const [primary, replica, witness] = [await start("embedded"), await start("redis"), await start("redis")];
    const load = writeLoad(primary.port);
    await follow(replica, primary);
    const sid = await info(primary, "master_replid");
    const log = () => readFileSync(join(replica.folder, "node.log"), "utf8");
    const partial = () => log().match(/Successful partial resynchronization/g)?.length ?? 0;
    for (let round = 1; round <= 5; round++) {
      await replica.call("CLIENT", "KILL", "TYPE", "master");
      await until(`resync ${round} to be a partial one`, 10_000, () => partial() >= round);
      await until("the link to be up again", 10_000, () => isUp(replica));
    }
    await load.stop();
    await caughtUp(replica, primary);
    await follow(witness, primary);
    await caughtUp(witness, primary);
    expect(await replica.call("DEBUG", "DIGEST")).toBe(await witness.call("DEBUG", "DIGEST"));
    expect(await replica.call("DBSIZE")).toBe(await primary.call("DBSIZE"));
    expect(await info(primary, "master_replid")).toBe(sid);
    expect(log().match(/Full resync from master/g)).toHaveLength(1);
  });

  test("the primary changes between the kinds, and nobody copies all anew", async () => {
    // A ping that the old primary sends after the new one has cut itself off is history that the new one lacks.
    const unpinged = "repl-ping-replica-period 3600";
    const [a, b, c] = [
      await start("redis", unpinged),
      await start("embedded", unpinged),
      await start("embedded", unpinged),
    ];
    await fillEveryType(a);
    await follow(b, a);
    await follow(c, a);
    await caughtUp(c, a);
    await b.call("REPLICAOF", "NO", "ONE");
    await b.call("SET", "of b", "1");
    await follow(a, b);
    await follow(c, b);
    await caughtUp(a, b);
    expect(await a.call("GET", "of b")).toBe("1");
    await a.call("REPLICAOF", "NO", "ONE");
    await a.call("SET", "of a", "1");
    await follow(b, a);
    await follow(c, a);
    await caughtUp(b, a);
    await caughtUp(c, a);
    expect(await c.call("GET", "of a")).toBe("1");
    const stats = String(await a.call("INFO", "stats"));
    expect(/sync_full:(\d+)/.exec(stats)?.[1]).toBe("2");
    // Three where the third still followed when the name of the history changed: it is cut off then, and goes on at once.
    expect(Number(/sync_partial_ok:(\d+)/.exec(stats)?.[1])).toBeGreaterThanOrEqual(2);
  });

  test("a command that the replica does not know takes its link down, and the copy after it has the stream", async () => {
    const [primary, replica] = [await start("redis"), await start("embedded")];
    await follow(replica, primary);
    await primary.call("MULTI");
    await primary.call("SET", "inside", "1");
    await primary.call("XADD", "stream", "1-1", "field", "value");
    await primary.call("EXEC");
    const log = () => readFileSync(join(replica.folder, "node.log"), "latin1");
    await until("the link to be down", 5000, () =>
      log().includes('it told "XADD" "stream", which cannot be done here'),
    );
    await until(
      "the copy with the stream to be there",
      10_000,
      async () => (await replica.call("TYPE", "stream")) === "stream",
    );
    expect(await replica.call("GET", "inside")).toBe("1");
    expect(await info(replica, "master_link_status")).toBe("up");
    await primary.call("DEL", "stream");
    await caughtUp(replica, primary);
    expect(await replica.call("DBSIZE")).toBe(1);
  });

  test("WAIT, ROLE and min-replicas-to-write speak as redis does", async () => {
    const [primary, replica] = [await start("embedded", "min-replicas-to-write 1"), await start("redis")];
    await expect(primary.call("SET", "a", "1")).rejects.toThrow("NOREPLICAS Not enough good replicas to write.");
    await follow(replica, primary);
    await until("the replica to be good", 5000, () => primary.call("SET", "a", "1").catch(() => undefined));
    expect(await primary.call("WAIT", "1", "5000")).toBe(1);
    expect(await replica.call("GET", "a")).toBe("1");
    expect(await primary.call("WAIT", "2", "100")).toBe(1);
    const at = String(await offset(primary));
    expect(await primary.call("ROLE")).toEqual([
      "master",
      Number(at),
      [["127.0.0.1", String(replica.port), expect.any(String)]],
    ]);
    expect(await replica.call("ROLE")).toEqual(["slave", "127.0.0.1", primary.port, "connected", expect.any(Number)]);
    replica.freeze();
    expect(await primary.call("WAIT", "1", "200")).toBe(1);
    await primary.call("SET", "b", "1");
    expect(await primary.call("WAIT", "1", "200")).toBe(0);
    replica.thaw();
  });
});
