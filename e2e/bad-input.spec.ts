import { createServer } from "node:net";
import { Redis } from "ioredis";
import type { Plan } from "@/lib/plans/plan";
import type { ManagedNode } from "@/lib/wire/runtime";
import { endManaged, sandboxOf, snapshot } from "./fixtures/cluster";
import type { RunningConsole } from "./fixtures/console";
import { expect, test } from "./fixtures/story";

type Failure = { error: { code: string; message: string } };
const connect = (console: RunningConsole, seeds: object[], extra: object = {}) =>
  console.call<Failure>("POST", "/api/clusters", { name: "other", seeds, ...extra });

test("A cluster that cannot be connected to is told in a sentence, and nothing is kept", async ({ console, port }) => {
  const closed = await connect(console, [{ host: "127.0.0.1", port: port + 9 }]);
  expect(closed.status).toBe(502);
  expect(closed.body.error.message).toContain(`127.0.0.1:${port + 9}`);

  const unknown = await connect(console, [{ host: "no-such-host.invalid", port: 7000 }]);
  expect(unknown.status).toBeGreaterThanOrEqual(400);
  expect(unknown.body.error.message).toContain("no-such-host.invalid");

  const metadata = await connect(console, [{ host: "169.254.169.254", port: 80 }]);
  expect(metadata.status).toBe(412);

  const babble = createServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")).listen(port + 8, "127.0.0.1");
  const notRedis = await connect(console, [{ host: "127.0.0.1", port: port + 8 }]);
  babble.close();
  expect(notRedis.status).toBeGreaterThanOrEqual(400);
  expect(await console.get<unknown[]>("/api/clusters")).toHaveLength(1);
});

test("A wrong password is told as that", async ({ console }) => {
  const [node] = (
    await console.call<ManagedNode[]>("POST", "/api/nodes", { count: 1, fields: { password: "right-horse" } })
  ).body;
  if (!node) throw new Error("no node was prepared");
  const wrong = await connect(console, [node.endpoint], { password: "wrong-horse" });
  expect(wrong.status).toBe(401);
  expect(wrong.body.error.message).toMatch(/password/);
  expect(JSON.stringify(wrong.body)).not.toContain("wrong-horse");
  await endManaged(console, [node]);
});

test("A node that is not empty cannot join: the plan refuses and names it", async ({ console }) => {
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
  await endManaged(console, [node]);
  expect((await snapshot(console, summary.id)).topology?.nodes).toHaveLength(6);
});

test("Nonsense is answered with 400 and a sentence", async ({ console }) => {
  const { summary } = await sandboxOf(console);
  const bodies = [{}, { verb: "reshard" }, { verb: "reshard", target: "x", ranges: [[5, 1]] }, { verb: "fly" }, []];
  for (const body of bodies) {
    const { status, body: reply } = await console.call<Failure>("POST", `/api/clusters/${summary.id}/plans`, body);
    expect(status, JSON.stringify(body)).toBe(400);
    expect(reply.error.message.length).toBeGreaterThan(10);
  }
  expect((await console.call("GET", "/api/clusters/nobody")).status).toBe(404);
});
