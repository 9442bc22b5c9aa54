import { once } from "node:events";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RouteName, routes } from "@/lib/wire/routes";
import { startCluster, type TestCluster } from "@/server/testing/cluster";
import { until } from "@/server/testing/until";
import { type Console, openConsole } from "./asking";

const PORT = 8040;
/** Of containers: what only tells. Of all other commands the server itself says which ones write. */
const telling =
  /^(cluster (nodes|info|myid|links|shards|slots|countkeysinslot|getkeysinslot)|config get|client (setname|id|list|info)|memory usage|command info)$/;
const containers = /^(cluster|config|client|memory|command|acl|debug|script|function)$/;

let cluster: TestCluster;
let console: Console;
beforeAll(async () => {
  cluster = await startCluster({ basePort: PORT, primaries: 1, replicas: 0 });
  console = await openConsole();
}, 30_000);
afterAll(async () => {
  await console?.close();
  await cluster?.close();
});

test("no GET, asked by an admin, sends anything that changes a node; measuring neither", async () => {
  const seen = await monitor(PORT);
  const connected = await console.ask("clusters.connect", {
    as: "admin",
    body: { name: "read", seeds: [{ host: "127.0.0.1", port: PORT }] },
  });
  expect(connected.status).toBe(201);
  const params = { clusterId: "read", nodeId: String(cluster.nodes[0]?.id), ...others };
  await until("the first picture", 10_000, async () => {
    const { topology } = await (await console.ask("clusters.read", { as: "admin", params })).json();
    return topology?.nodes.length === 1;
  });
  const gets = (Object.keys(routes) as RouteName[]).filter((name) => routes[name].method === "GET");
  for (const name of gets) await (await console.ask(name, { as: "admin", params })).body?.cancel();
  const measured = await console.ask("slots.measure", { as: "viewer", params, body: { ranges: [[0, 100]] } });
  expect(measured.status).toBe(200);
  expect(seen.size).toBeGreaterThan(3);
  for (const command of seen) expect(await changes(command), command).toBe(false);
}, 30_000);

const others = { planId: "none", operationId: "1", managedId: "none", backupId: "20260101T000000Z-1" };

async function changes(command: string): Promise<boolean> {
  const [name = ""] = command.split(" ");
  if (containers.test(name)) return !telling.test(command);
  const reply = (await cluster.nodes[0]?.call("COMMAND", "INFO", name)) as [[string, number, string[]]] | undefined;
  return reply?.[0]?.[2].includes("write") ?? true;
}

/** The commands that a node is sent from now on, lower case; of containers with their subcommand. */
async function monitor(port: number): Promise<ReadonlySet<string>> {
  const seen = new Set<string>();
  const socket = connect(port, "127.0.0.1");
  socket.unref();
  const lines = createInterface({ input: socket });
  socket.write("MONITOR\r\n");
  await once(lines, "line");
  lines.on("line", (line) => {
    const [name = "", sub = ""] = [...line.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, word = ""]) => word.toLowerCase());
    seen.add(containers.test(name) ? `${name} ${sub}` : name);
  });
  return seen;
}
