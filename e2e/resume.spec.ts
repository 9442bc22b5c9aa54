import { countSlots } from "@/lib/cluster/slots";
import { endOf, operation, planOf, portsOf, sandboxOf, snapshot, startOf } from "./fixtures/cluster";
import { expect, test } from "./fixtures/story";
import { fillKeys, startWorkload } from "./fixtures/workload";

test("A console killed in the middle of a reshard goes on after its restart: nothing lost, no slot open", async ({
  console,
}) => {
  test.setTimeout(240_000);
  const before = await sandboxOf(console);
  const clusterId = before.summary.id;
  const [from, , to] = before.topology?.shards ?? [];
  if (!from || !to) throw new Error("the sandbox has no three shards");
  const seed = Date.now() % 100_000;
  test.info().annotations.push({ type: "seed", description: String(seed) });
  await fillKeys({ ports: portsOf(before), count: 60_000, prefix: `fill:${seed}` });
  const load = await startWorkload({ ports: portsOf(before), seed });
  const plan = await planOf(console, clusterId, {
    verb: "reshard",
    target: to.primaryId,
    sources: [from.primaryId],
    slots: 2000,
  });
  expect(plan.totals.slots).toBe(2000);
  const started = await startOf(console, plan);
  await expect
    .poll(async () => (await operation(console, started)).steps.reduce((n, step) => n + step.slotsMoved, 0), {
      timeout: 60_000,
    })
    .toBeGreaterThan(20);
  await console.killConsole();
  const midway = await operation(console, started);
  expect(["running", "interrupted", "proving", "succeeded"]).toContain(midway.state);
  const ended = await endOf(console, started, 180_000);
  expect(ended.reason?.text ?? "", "no reason to stop").toBe("");
  expect(ended.state).toBe("succeeded");
  expect(ended.openSlots).toEqual([]);
  const result = await load.stop();
  expect(result.lost).toEqual([]);
  expect(result.errors).toEqual([]);
  const after = await snapshot(console, clusterId);
  expect(after.topology?.openSlots).toEqual([]);
  const gained = after.topology?.shards.find((shard) => shard.primaryId === to.primaryId);
  expect(countSlots(gained?.ranges ?? [])).toBe(countSlots(to.ranges) + 2000);
});

test("A plan that was made for an older picture is refused, and nothing is changed", async ({ console }) => {
  const before = await sandboxOf(console);
  const [a, b] = before.topology?.shards ?? [];
  if (!a || !b) throw new Error("the sandbox has no shards");
  const wish = { verb: "reshard", target: b.primaryId, sources: [a.primaryId], slots: 3 };
  const stale = await planOf(console, before.summary.id, wish);
  const fresh = await planOf(console, before.summary.id, wish);
  const ended = await endOf(console, await startOf(console, fresh));
  expect(ended.state).toBe("succeeded");
  const refused = await console.call<{ error: { code: string; message: string } }>(
    "POST",
    `/api/clusters/${before.summary.id}/operations`,
    { planId: stale.id, reason: "a story" },
  );
  expect(refused.status).toBe(412);
  expect(refused.body.error.message).toMatch(/not as it was.*Plan again/);
  const after = await snapshot(console, before.summary.id);
  expect(after.topology?.signature).not.toBe(before.topology?.signature);
});
