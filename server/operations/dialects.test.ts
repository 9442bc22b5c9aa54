import { afterEach, expect, test } from "vitest";
import { asNodeId } from "@/lib/cluster/node";
import { isRefused } from "@/lib/plans/plan";
import { connectSchema } from "@/lib/wire/clusters";
import { addSlots } from "@/server/admin/steps/add-slots";
import type { StepContext } from "@/server/admin/steps/context";
import { Link } from "@/server/link";
import { bulk, refusal, type Scripted, startScripted } from "@/server/testing/scripted";
import { makeEngine } from "./console.fixture";

/** What older servers answer where 7.0 has a command that they do not know. */

const A = asNodeId("a".repeat(40));
const B = asNodeId("b".repeat(40));
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const unknownSub = (sub: string) =>
  refusal(`ERR Unknown subcommand or wrong number of arguments for '${sub}'. Try CLUSTER HELP.`);
const array = (words: readonly string[]) => `*${words.length}\r\n${words.map(bulk).join("")}`;

type Node = { readonly id: string; readonly port: number; readonly slots: string; readonly epoch: number };

/** One node of a Redis 5 cluster: INFO of one section, AUTH without a user, no ACL, FUNCTION or ADDSLOTSRANGE. */
async function redis5(own: Node, all: readonly Node[]): Promise<Scripted> {
  const lines = () =>
    all.map(({ id, port, slots, epoch }) => {
      const flags = id === own.id ? "myself,master" : "master";
      return `${id} 127.0.0.1:${port}@${port + 10_000} ${flags} - 0 1 ${epoch} connected ${slots}`;
    });
  const cluster: Readonly<Record<string, (words: readonly string[]) => string>> = {
    MYID: () => bulk(own.id),
    NODES: () => bulk(`${lines().join("\n")}\n`),
    INFO: () =>
      bulk(
        `cluster_state:ok\r\ncluster_known_nodes:${all.length}\r\ncluster_size:2\r\ncluster_current_epoch:2\r\ncluster_my_epoch:${own.epoch}\r\n`,
      ),
    COUNTKEYSINSLOT: () => ":0\r\n",
    GETKEYSINSLOT: () => array([]),
    ADDSLOTS: () => "+OK\r\n",
  };
  const server = await startScripted({ port: own.port }, ([name = "", ...rest]) => {
    const [sub = ""] = rest;
    if (name === "PING") return "+PONG\r\n";
    if (name === "INFO")
      return rest.length > 1
        ? refusal("ERR syntax error")
        : bulk("redis_version:5.0.14\r\ncluster_enabled:1\r\nrole:master\r\nmaster_replid:x\r\nused_memory:1\r\n");
    if (name === "AUTH" && rest.length > 1) return refusal("ERR wrong number of arguments for 'auth' command");
    if (name === "AUTH") return sub === "right" ? "+OK\r\n" : refusal("ERR invalid password");
    if (name === "CLUSTER") return cluster[sub.toUpperCase()]?.(rest) ?? unknownSub(sub);
    if (name === "CONFIG") return array(sub === "GET" && rest[1] === "cluster-node-timeout" ? [rest[1], "5000"] : []);
    return refusal(`ERR unknown command \`${name}\`, with args beginning with: `);
  });
  closers.push(() => server.close());
  return server;
}

test("Redis 5: connected by password alone, planned with what it can tell, and the rest said to be unknown", async () => {
  const nodes = [
    { id: A, port: 9330, slots: "0-8191", epoch: 1 },
    { id: B, port: 9331, slots: "8192-16383", epoch: 2 },
  ];
  for (const node of nodes) await redis5(node, nodes);
  const engine = makeEngine();
  closers.push(() => engine.close());
  const seeds = [{ host: "127.0.0.1", port: 9330 }];
  const connect = (access: object) => connectSchema.parse({ name: "Old", environment: "sandbox", seeds, ...access });
  for (const access of [{ user: "ops", password: "right" }, { password: "wrong" }])
    await expect(engine.registry.verify(connect(access))).rejects.toMatchObject({ sentence: "wrongCredentials" });
  await engine.registry.verify(connect({ password: "right" }));
  const { id } = engine.registry.add(connect({ password: "right" }));
  engine.observer.watch(id);
  await engine.observer.waitFor(id, (t) => t.agreement.agree === 2, { deadlineMs: 8000, what: "both" });
  const plan = await engine.plan(id, { verb: "reshard", target: B, sources: [A], slots: 4 });
  expect(plan.preflight.find(({ code }) => code === "rights")?.state).toBe("unknown");
  expect(isRefused(plan), JSON.stringify(plan.preflight.filter(({ state }) => state === "fail"))).toBe(false);
  expect(plan.steps.map(({ kind }) => kind)).toContain("move-slots");
});

test("before 7.0 slots are given by ADDSLOTS, a few thousand a call", async () => {
  const own = { id: A, port: 9332, slots: "", epoch: 0 };
  const server = await redis5(own, [own]);
  const endpoint = { host: "127.0.0.1", port: own.port };
  const link = await Link.open({ endpoint });
  closers.push(async () => link.close());
  const context = { link: async () => link, now: () => 0 } as unknown as StepContext;
  const node = { id: A, endpoint, dial: endpoint };
  await addSlots({ id: "1", phase: 0, kind: "add-slots", node, ranges: [[0, 9999]] } as never, context);
  const calls = server.heard.filter(([name, sub]) => name === "CLUSTER" && /^ADDSLOTS/.test(sub ?? ""));
  expect(calls.map(([, sub, ...slots]) => [sub, slots.length])).toEqual([
    ["ADDSLOTSRANGE", 2],
    ["ADDSLOTS", 4096],
    ["ADDSLOTS", 4096],
    ["ADDSLOTS", 1808],
  ]);
});
