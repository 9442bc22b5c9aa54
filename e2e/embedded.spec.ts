import { expect, test } from "@playwright/test";
import { hasSlot } from "@/lib/cluster/slots";
import type { ManagedNode } from "@/lib/wire/runtime";
import { signIn } from "./fixtures/browser";
import { portsOf, sandboxOf, snapshot } from "./fixtures/cluster";
import { type RunningConsole, startConsole } from "./fixtures/console";
import { fillKeys, startWorkload } from "./fixtures/workload";
import { SlotsPage } from "./pages/slots";
import { WizardPage } from "./pages/wizard";

/** What a machine without any server sees: the sandbox runs on nodes that came with the product. */
const PORT = 9340;
let console: RunningConsole;

test.beforeAll(async () => {
  test.setTimeout(240_000);
  console = await startConsole({ port: PORT, env: { SHARDBOARD_ENGINE: "embedded" } });
});
test.afterAll(async () => console?.stop());

test("On embedded nodes a dragged selection moves while clients write, and nothing is lost", async ({ browser }) => {
  test.setTimeout(180_000);
  const before = await sandboxOf(console);
  const nodes = await console.get<ManagedNode[]>("/api/nodes");
  expect(nodes.map(({ engine }) => engine.kind)).toEqual(Array.from({ length: 6 }, () => "embedded"));
  const seed = Date.now() % 100_000;
  test.info().annotations.push({ type: "seed", description: String(seed) });
  await fillKeys({ ports: portsOf(before), count: 2000, prefix: `embedded:${seed}` });
  const load = await startWorkload({ ports: portsOf(before), seed });
  const { page, complaints } = await signIn(browser, console);
  await page.goto(`${console.url}/clusters/${before.summary.id}/slots`);
  const slots = new SlotsPage(page);
  await expect(slots.card(3)).toBeVisible();
  await slots.brush(1000, 1411);
  await slots.carry(1200, 3);
  await page.mouse.up();
  const wizard = new WizardPage(page);
  await wizard.confirm();
  await wizard.proved();
  const result = await load.stop();
  expect(result.errors).toEqual([]);
  expect(result.lost).toEqual([]);
  const after = await snapshot(console, before.summary.id);
  const third = after.topology?.shards.find(({ index }) => index === 3);
  expect([1000, 1200, 1411].every((slot) => hasSlot(third?.ranges ?? [], slot))).toBe(true);
  expect(complaints).toEqual([]);
});

test("A killed embedded primary is replaced, and comes back as replica", async () => {
  test.setTimeout(120_000);
  const before = await sandboxOf(console);
  const shard = before.topology?.shards[1];
  const managed = (await console.get<ManagedNode[]>("/api/nodes")).find((node) => node.nodeId === shard?.primaryId);
  if (!shard || !managed) throw new Error("the second shard's primary is not managed here");
  expect((await console.call("POST", `/api/nodes/${managed.id}/kill`)).status).toBe(200);
  const primary = async () =>
    (await snapshot(console, before.summary.id)).topology?.shards.find(({ index }) => index === shard.index)?.primaryId;
  await expect.poll(primary, { timeout: 30_000 }).toBe(shard.replicaIds[0]);
  expect((await console.call("POST", `/api/nodes/${managed.id}/start`)).status).toBe(200);
  await expect
    .poll(
      async () => {
        const { topology } = await snapshot(console, before.summary.id);
        const role = topology?.nodes.find(({ id }) => id === shard.primaryId)?.role;
        return [topology?.state, role];
      },
      { timeout: 30_000 },
    )
    .toEqual(["ok", "replica"]);
});
