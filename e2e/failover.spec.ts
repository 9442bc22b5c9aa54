import type { ManagedNode } from "@/lib/wire/runtime";
import { endManaged, endOf, planOf, portsOf, sandboxOf, snapshot, startOf } from "./fixtures/cluster";
import { expect, test } from "./fixtures/story";
import { startWorkload } from "./fixtures/workload";
import { WizardPage } from "./pages/wizard";

const card = (id: string) => `[data-node="${id}"]`;

test("A replica dragged onto its primary takes its place, and that is proved", async ({ console, signIn }) => {
  test.setTimeout(120_000);
  const before = await sandboxOf(console);
  const [shard] = before.topology?.shards ?? [];
  const replica = shard?.replicaIds[0];
  if (!shard || !replica) throw new Error("the sandbox has no replica");
  const seed = Date.now() % 100_000;
  const load = await startWorkload({ ports: portsOf(before), seed });
  const { page, complaints } = await signIn();
  await page.goto(`${console.url}/clusters/${before.summary.id}/topology`);
  const from = await page.locator(card(replica)).boundingBox();
  const to = await page.locator(card(shard.primaryId)).boundingBox();
  if (!from || !to) throw new Error("the cards are not drawn");
  await page.mouse.move(from.x + 60, from.y + 30);
  await page.mouse.down();
  await page.mouse.move(from.x + 40, from.y + 30, { steps: 3 });
  await page.mouse.move(to.x + 60, to.y + 30, { steps: 6 });
  await expect(page.getByText("Release to plan a failover")).toBeVisible();
  await page.mouse.up();
  const wizard = new WizardPage(page);
  await wizard.confirm();
  await wizard.proved(60_000);
  const result = await load.stop();
  expect(result.lost).toEqual([]);
  const after = await snapshot(console, before.summary.id);
  const same = after.topology?.shards.find((s) => s.index === shard.index);
  expect(same?.primaryId).toBe(replica);
  expect(same?.replicaIds).toContain(shard.primaryId);
  expect(complaints).toEqual([]);
});

test("A killed primary is drawn failing, its replica is promoted, and the old one comes back as replica", async ({
  console,
  signIn,
}) => {
  test.setTimeout(120_000);
  const before = await sandboxOf(console);
  const shard = before.topology?.shards[1];
  const replica = shard?.replicaIds[0];
  if (!shard || !replica) throw new Error("the sandbox has no second shard");
  const nodes = await console.get<ManagedNode[]>("/api/nodes");
  const managed = nodes.find((node) => node.nodeId === shard.primaryId);
  if (!managed) throw new Error("the primary is not managed here");
  const { page, complaints } = await signIn();
  await page.goto(`${console.url}/clusters/${before.summary.id}/topology`);
  await expect(page.locator(card(shard.primaryId))).toBeVisible();
  const place = await page.locator(card(shard.primaryId)).boundingBox();

  expect((await console.call("POST", `/api/nodes/${managed.id}/kill`)).status).toBe(200);
  await expect(page.locator(`${card(shard.primaryId)}[data-down]`)).toBeVisible({ timeout: 10_000 });
  await expect(page.locator(card(shard.primaryId))).toContainText(/silent for|FAIL/);
  await expect(page.locator(card(replica))).toContainText("primary", { timeout: 30_000 });
  const dead = await page.locator(card(shard.primaryId)).boundingBox();
  expect([dead?.x, dead?.y]).toEqual([place?.x, place?.y]);
  await expect(page.getByRole("heading", { name: `Failover of Shard ${shard.index}` })).toBeVisible();

  expect((await console.call("POST", `/api/nodes/${managed.id}/start`)).status).toBe(200);
  await expect(page.locator(`${card(shard.primaryId)}:not([data-down])`)).toContainText("replica", { timeout: 30_000 });
  await expect
    .poll(async () => (await snapshot(console, before.summary.id)).topology?.state, { timeout: 20_000 })
    .toBe("ok");
  expect(complaints).toEqual([]);
});

test("A failover asked right after create either happens or says why not", async ({ console }) => {
  test.setTimeout(180_000);
  const made = await console.call<ManagedNode[]>("POST", "/api/nodes", { count: 6, fields: { nodeTimeoutMs: 2000 } });
  expect(made.status).toBe(201);
  const wish = {
    verb: "create",
    name: "young",
    nodes: made.body.map(({ id }) => ({ managedId: id })),
    replicasPerPrimary: 1,
  };
  const plan = await console.call<{ id: string; clusterId: string }>("POST", "/api/plans", wish);
  expect(plan.status, JSON.stringify(plan.body)).toBe(201);
  const created = await endOf(console, await startOf(console, plan.body as never));
  expect(created.state, created.reason?.text).toBe("succeeded");

  const picture = await snapshot(console, plan.body.clusterId);
  const [shard] = picture.topology?.shards ?? [];
  const replicaId = shard?.replicaIds[0];
  const failover = await planOf(console, plan.body.clusterId, { verb: "failover", replicaId });
  const ended = await endOf(console, await startOf(console, failover), 60_000);
  if (ended.state === "succeeded") {
    const after = await snapshot(console, plan.body.clusterId);
    expect(after.topology?.shards.find((s) => s.index === shard?.index)?.primaryId).toBe(replicaId);
  } else {
    expect(ended.state).toBe("failed");
    expect(ended.reason?.text ?? "").toMatch(/\S+ \S+ \S+/);
  }
  expect((await console.call("DELETE", `/api/clusters/${plan.body.clusterId}`)).status).toBe(200);
  await endManaged(console, made.body);
});
