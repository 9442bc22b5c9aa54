import type { ManagedNode } from "@/lib/wire/runtime";
import { endManaged, endOf, planOf, portsOf, sandboxOf, snapshot, startOf } from "./fixtures/cluster";
import { expect, test } from "./fixtures/story";
import { fillKeys, startWorkload } from "./fixtures/workload";
import { WizardPage } from "./pages/wizard";

test("A seventh node joins as primary, gets slots, is drained and removed, and does not come back", async ({
  console,
  signIn,
}) => {
  test.setTimeout(300_000);
  const before = await sandboxOf(console);
  const clusterId = before.summary.id;
  const seed = Date.now() % 100_000;
  test.info().annotations.push({ type: "seed", description: String(seed) });
  await fillKeys({ ports: portsOf(before), count: 5000, prefix: `seventh:${seed}` });
  const load = await startWorkload({ ports: portsOf(before), seed });

  const { page, complaints } = await signIn();
  await page.goto(`${console.url}/clusters/${clusterId}/topology`);
  await page.getByRole("button", { name: "New node" }).click();
  const waiting = page.getByRole("button", { name: /up, not a member/ });
  await expect(waiting).toBeVisible({ timeout: 20_000 });
  await waiting.click();
  const wizard = new WizardPage(page);
  await wizard.confirm();
  await wizard.proved();

  const joined = (await snapshot(console, clusterId)).topology;
  const known = new Set(before.topology?.nodes.map((node) => node.id));
  const seventh = joined?.nodes.find((node) => !known.has(node.id));
  if (!seventh) throw new Error("no seventh node joined");
  const moved = await endOf(
    console,
    await startOf(console, await planOf(console, clusterId, { verb: "reshard", target: seventh.id, slots: 300 })),
  );
  expect(moved.state, moved.reason?.text).toBe("succeeded");

  await page.goto(`${console.url}/clusters/${clusterId}/operations/new/remove-node?nodeId=${seventh.id}`);
  await wizard.confirm();
  await wizard.proved(180_000);
  const result = await load.stop();
  expect(result.errors).toEqual([]);
  expect(result.lost).toEqual([]);

  const after = (await snapshot(console, clusterId)).topology;
  expect(after?.nodes.map((node) => node.id)).not.toContain(seventh.id);
  expect(after?.nodes.length).toBe(6);
  expect(after?.agreement).toEqual({ agree: 6, answering: 6, known: 6 });
  const managed = (await console.get<ManagedNode[]>("/api/nodes")).find(
    (n) => n.endpoint.port === seventh.endpoint.port,
  );
  if (!managed) throw new Error("the seventh node is not managed any more");
  expect(managed.clusterId).toBeUndefined();
  await endManaged(console, [managed]);
  expect(complaints).toEqual([]);
});
