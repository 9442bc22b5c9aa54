import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { keySlot } from "@/lib/cluster/key-slot";
import type { Operation } from "@/lib/operation";
import type { Plan } from "@/lib/plans/plan";
import type { ClusterSnapshot, ClusterSummary, Connection } from "@/lib/wire/clusters";
import type { RouteName } from "@/lib/wire/routes";
import { startCluster, type TestCluster } from "@/server/testing/cluster";
import { until } from "@/server/testing/until";
import { type Ask, type Console, openConsole } from "./asking";

/** One operator's day with a cluster that has a password; then everything the console wrote or said is searched for it. */

const BASE = 9270;
const FIRST = "canary-1-a8f3e0";
const SECOND = "canary-2-b77d1c";
const WRONG = "canary-3-wrong1";
const words = [FIRST, SECOND, WRONG];
const seeds = [{ host: "127.0.0.1", port: BASE }];

let cluster: TestCluster;
let console: Console;
const heard: string[] = [];
const leave = new AbortController();

beforeAll(async () => {
  cluster = await startCluster({ basePort: BASE, primaries: 2, replicas: 0, password: FIRST });
  console = await openConsole();
  const stream = await console.ask("events.stream", { as: "admin", signal: leave.signal });
  void listen(stream);
}, 60_000);
afterAll(async () => {
  leave.abort();
  await console.close();
  await cluster.close();
});

async function listen(stream: Response): Promise<void> {
  const reader = stream.body?.getReader();
  const decoder = new TextDecoder();
  for (;;) {
    const piece = await reader?.read().catch(() => undefined);
    if (!piece || piece.done) return;
    heard.push(decoder.decode(piece.value, { stream: true }));
  }
}

async function say<T>(name: RouteName, ask: Ask): Promise<{ readonly status: number; readonly body: T }> {
  const response = await console.ask(name, { as: "admin", ...ask });
  const text = await response.text();
  heard.push(text);
  return { status: response.status, body: JSON.parse(text) as T };
}

type Failure = { readonly error: { readonly code: string; readonly sentence: string; readonly message: string } };
const lab = { clusterId: "lab" };
const read = () => say<ClusterSnapshot>("clusters.read", { params: lab });
const isWhole = async () => (await read()).body.topology?.agreement.agree === 2;

const keyIn = (slot: number) => {
  for (let i = 0; ; i++) if (keySlot(`k${i}`) === slot) return `k${i}`;
};

async function reshard(slot: number): Promise<Operation> {
  const [source, target] = cluster.primaries;
  await source?.call("SET", keyIn(slot), "v");
  const wish = { verb: "reshard", target: target?.id, ranges: [[slot, slot + 3]] };
  const { body: plan } = await say<Plan>("plans.create", { params: lab, body: wish });
  const start = { planId: plan.id, typed: plan.confirm.typed ?? plan.clusterName, reason: "a test" };
  const { status, body } = await say<Operation>("operations.start", { params: lab, body: start });
  expect(status, JSON.stringify(body)).toBe(201);
  const params = { ...lab, operationId: String(body.id) };
  const isOver = ({ state }: Operation) => ["succeeded", "failed", "paused", "cancelled"].includes(state);
  return until("the operation to rest", 30_000, async () => {
    const { body: now } = await say<Operation>("operations.read", { params });
    await say("operations.transcript", { params });
    return isOver(now) && now;
  });
}

test("a wrong password is refused, the right one connects, and slots move", async () => {
  const body = { name: "Lab", environment: "sandbox", seeds };
  const refused = await say<Failure>("clusters.connect", { body: { ...body, password: WRONG } });
  expect([refused.status, refused.body.error.sentence]).toEqual([401, "wrongCredentials"]);
  expect((await say("clusters.connect", { body: { ...body, password: FIRST } })).status).toBe(201);
  await until("the picture", 15_000, isWhole);
  expect((await reshard(0)).state).toBe("succeeded");
  expect(await cluster.primaries[1]?.call("GET", keyIn(0))).toBe("v");
}, 60_000);

test("labels are set by node, and the picture has them at once", async () => {
  const [a] = cluster.nodes;
  const labels = { [a?.id ?? ""]: { host: "h1", rack: "r1", zone: "z1" }, [`127.0.0.1:${BASE + 1}`]: { zone: "z2" } };
  const { status } = await say("clusters.update", { as: "operator", params: lab, body: { labels } });
  expect(status).toBe(200);
  const zones = async () =>
    (await read()).body.topology?.nodes
      .map((node) => node.labels.zone)
      .sort()
      .join();
  await until("both labels", 3000, async () => (await zones()) === "z1,z2");
  const { body } = await say<Connection>("clusters.connection", { as: "operator", params: lab });
  expect(body).toMatchObject({ name: "Lab", hasPassword: true, addressMap: [], labels, seeds });
});

test("a target that stops taking our password gets no key; a new password is tried before it is kept", async () => {
  const [source, target] = cluster.primaries;
  await target?.call("CONFIG", "SET", "requirepass", SECOND);
  const failed = await reshard(4);
  expect(failed.state).not.toBe("succeeded");
  expect(`${failed.reason?.text}`).toMatch(/refused the user name or password|AUTH|WRONGPASS/);
  expect([await source?.call("GET", keyIn(4)), await target?.call("CLUSTER", "COUNTKEYSINSLOT", 4)]).toEqual(["v", 0]);
  expect(failed.openSlots).toEqual([]);
  const act = { params: { ...lab, operationId: String(failed.id), action: "cancel" } };
  if (failed.state === "paused") await say("operations.act", act);

  await source?.call("CONFIG", "SET", "requirepass", SECOND);
  const patch = (access: object) => say<Failure>("clusters.update", { params: lab, body: { access } });
  expect((await patch({ password: WRONG })).body.error.sentence).toBe("wrongCredentials");
  expect((await say<Connection>("clusters.connection", { params: lab })).body.hasPassword).toBe(true);
  expect((await patch({ password: SECOND })).status).toBe(200);
  await until("the picture again", 15_000, isWhole);
  expect((await reshard(8)).state).toBe("succeeded");
}, 60_000);

test("an address map that leads nowhere shows silent nodes; taken away, all are back", async () => {
  const announced = { host: "127.0.0.1", port: BASE + 1 };
  const set = (addressMap: object) => say<ClusterSummary>("clusters.update", { params: lab, body: { addressMap } });
  expect((await set([{ announced, dial: { host: "127.0.0.1", port: 9299 } }])).status).toBe(200);
  await until("one to be silent", 10_000, async () => (await read()).body.topology?.agreement.answering === 1);
  expect((await set([])).status).toBe(200);
  await until("both again", 15_000, isWhole);
}, 30_000);

test("no password stands in what was said, streamed, logged or kept", async () => {
  for (const name of [
    "clusters.list",
    "clusters.read",
    "clusters.connection",
    "timeline.list",
    "operations.list",
  ] as const)
    await say(name, { params: lab });
  const files = readdirSync(console.folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(console.folder, name))
    .filter((path) => statSync(path).isFile());
  expect(files.some((path) => path.endsWith(".log")) && files.some((path) => path.endsWith(".sqlite"))).toBe(true);
  const found = (text: string) =>
    words.filter((word) => text.includes(word) || text.includes(Buffer.from(word).toString("base64").slice(0, 18)));
  expect(heard.join("").length).toBeGreaterThan(10_000);
  expect(found(heard.join(""))).toEqual([]);
  for (const path of files) expect(found(readFileSync(path, "latin1")), path).toEqual([]);
});

test("disconnecting takes it from the list and leaves the nodes alone", async () => {
  expect((await say("clusters.disconnect", { params: lab })).status).toBe(200);
  expect((await say<ClusterSummary[]>("clusters.list", {})).body).toEqual([]);
  expect((await read()).status).toBe(404);
});
