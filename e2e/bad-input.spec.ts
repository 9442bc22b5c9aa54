import { createServer } from "node:net";
import { expect, test } from "@playwright/test";
import { Redis } from "ioredis";
import type { Plan } from "@/lib/plans/plan";
import type { ManagedNode } from "@/lib/wire/runtime";
import { sandboxOf, snapshot } from "./fixtures/cluster";
import { type RunningConsole, startConsole } from "./fixtures/console";

const PORT = 9170;
let console: RunningConsole;

test.beforeAll(async () => {
  test.setTimeout(240_000);
  console = await startConsole({ port: PORT });
});
test.afterAll(async () => console?.stop());

type Failure = { error: { code: string; message: string } };
const connect = (seeds: object[], extra: object = {}) =>
  console.call<Failure>("POST", "/api/clusters", { name: "other", seeds, ...extra });

test("A cluster that cannot be connected to is told in a sentence, and nothing is kept", async () => {
  const closed = await connect([{ host: "127.0.0.1", port: 9179 }]);
  expect(closed.status).toBe(502);
  expect(closed.body.error.message).toContain("127.0.0.1:9179");

  const unknown = await connect([{ host: "no-such-host.invalid", port: 7000 }]);
  expect(unknown.status).toBeGreaterThanOrEqual(400);
  expect(unknown.body.error.message).toContain("no-such-host.invalid");

  const metadata = await connect([{ host: "169.254.169.254", port: 80 }]);
  expect(metadata.status).toBe(412);

  const babble = createServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")).listen(9178, "127.0.0.1");
  const notRedis = await connect([{ host: "127.0.0.1", port: 9178 }]);
  babble.close();
  expect(notRedis.status).toBeGreaterThanOrEqual(400);
  expect(await console.get<unknown[]>("/api/clusters")).toHaveLength(1);
});

test("A wrong password is told as that", async () => {
  const [node] = (
    await console.call<ManagedNode[]>("POST", "/api/nodes", { count: 1, fields: { password: "right-horse" } })
  ).body;
  if (!node) throw new Error("no node was prepared");
  const wrong = await connect([node.endpoint], { password: "wrong-horse" });
  expect(wrong.status).toBe(401);
  expect(wrong.body.error.message).toMatch(/password/);
  expect(JSON.stringify(wrong.body)).not.toContain("wrong-horse");
});

test("A node that is not empty cannot join: the plan refuses and names it", async () => {
  test.setTimeout(60_000);
  const { summary } = await sandboxOf(console);
  const [node] = (await console.call<ManagedNode[]>("POST", "/api/nodes", { count: 1 })).body;
  if (!node) throw new Error("no node was prepared");
  const direct = new Redis({ host: node.endpoint.host, port: node.endpoint.port });
  await direct.call("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
  await expect.poll(async () => direct.set("precious", "data").catch(() => "not yet")).toBe("OK");
  const plan = await console.call<Plan & Failure>("POST", `/api/clusters/${summary.id}/plans`, {
    verb: "add-node",
    node: { managedId: node.id },
    role: "primary",
  });
  const refusals =
    plan.status === 201 ? plan.body.preflight.filter((l) => l.kind === "refuse" && l.state === "fail") : [];
  if (plan.status === 201) {
    expect(refusals.map((line) => line.text).join(" ")).toContain(String(node.endpoint.port));
    const started = await console.call<Failure>("POST", `/api/clusters/${summary.id}/operations`, {
      planId: plan.body.id,
    });
    expect(started.status).toBe(412);
  } else expect(plan.body.error.message).toContain(String(node.endpoint.port));
  expect(await direct.get("precious")).toBe("data");
  direct.disconnect();
  expect((await snapshot(console, summary.id)).topology?.nodes).toHaveLength(6);
});

test("Nonsense is answered with 400 and a sentence", async () => {
  const { summary } = await sandboxOf(console);
  const bodies = [{}, { verb: "reshard" }, { verb: "reshard", target: "x", ranges: [[5, 1]] }, { verb: "fly" }, []];
  for (const body of bodies) {
    const { status, body: reply } = await console.call<Failure>("POST", `/api/clusters/${summary.id}/plans`, body);
    expect(status, JSON.stringify(body)).toBe(400);
    expect(reply.error.message.length).toBeGreaterThan(10);
  }
  expect((await console.call("GET", "/api/clusters/nobody")).status).toBe(404);
});
