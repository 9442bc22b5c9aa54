import { countSlots, hasSlot } from "@/lib/cluster/slots";
import type { ClusterSnapshot } from "@/lib/wire/clusters";
import { portsOf, sandboxOf, snapshot } from "./fixtures/cluster";
import { expect, test } from "./fixtures/story";
import { fillKeys, startWorkload } from "./fixtures/workload";
import { SlotsPage } from "./pages/slots";
import { WizardPage } from "./pages/wizard";

/** So many slots in a row of one shard, away from its borders, and another shard to take them. */
function runOf({ topology }: ClusterSnapshot, slots: number) {
  const shards = topology?.shards ?? [];
  for (const { index, ranges } of shards) {
    const range = ranges.find(([first, last]) => last - first > 2 * slots);
    const other = shards.findLast((shard) => shard.index !== index);
    if (range && other) return { from: index, to: other.index, first: range[0] + Math.floor(slots / 2) };
  }
  throw new Error(`no shard has ${2 * slots} slots in a row`);
}

test("A brushed selection dragged to another shard moves exactly those slots while clients write", async ({
  console,
  signIn,
}) => {
  test.setTimeout(180_000);
  const before = await sandboxOf(console);
  const { from, to, first } = runOf(before, 412);
  const last = first + 411;
  const seed = Date.now() % 100_000;
  test.info().annotations.push({ type: "seed", description: String(seed) });
  await fillKeys({ ports: portsOf(before), count: 8000, prefix: `drag:${seed}` });
  const load = await startWorkload({ ports: portsOf(before), seed });
  const { page, complaints } = await signIn();
  await page.goto(`${console.url}/clusters/${before.summary.id}/slots`);
  const slots = new SlotsPage(page);
  await expect(slots.card(to)).toBeVisible();
  await slots.brush(first, last);
  await expect(page.getByText("412", { exact: true }).first()).toBeVisible();
  await slots.carry(first + 200, to);
  await expect(slots.card(from)).toContainText("Source of this drag");
  await expect(slots.card(to)).toContainText("Release to plan");
  await page.mouse.up();

  const wizard = new WizardPage(page);
  await expect(wizard.step("Plan")).toBeVisible({ timeout: 30_000 });
  await expect(page).toHaveURL(new RegExp(`reshard\\?.*ranges=${first}-${last}`));
  await wizard.confirm();
  await wizard.proved();
  const result = await load.stop();
  expect(result.errors).toEqual([]);
  expect(result.lost).toEqual([]);

  const after = await snapshot(console, before.summary.id);
  const owner = (picture: typeof before, slot: number) =>
    picture.topology?.shards.find((shard) => hasSlot(shard.ranges, slot))?.index;
  const wanted = (slot: number) => (slot >= first && slot <= last ? to : owner(before, slot));
  const wrong = Array.from({ length: 16384 }, (_, slot) => slot).filter((slot) => owner(after, slot) !== wanted(slot));
  expect(wrong, "slots that are not whose they should be").toEqual([]);
  expect(complaints).toEqual([]);
});

test("The same by keyboard alone: select, M, a shard, Enter", async ({ console, signIn }) => {
  test.setTimeout(120_000);
  const before = await sandboxOf(console);
  const { to, first } = runOf(before, 10);
  const ranges = `${first}-${first + 9}`;
  const { page, complaints } = await signIn();
  await page.goto(`${console.url}/clusters/${before.summary.id}/slots`);
  const slots = new SlotsPage(page);
  await expect(slots.card(to)).toBeVisible();
  await page
    .getByRole("textbox", { name: "Find a key, a slot or a range" })
    .or(page.getByLabel("Find a key, a slot or a range"))
    .first()
    .fill(ranges);
  await page.keyboard.press("Enter");
  await expect(page.getByText("10", { exact: true }).first()).toBeVisible();
  await slots.map.focus();
  await page.keyboard.press("m");
  const menu = page.getByRole("dialog");
  await expect(menu).toBeVisible();
  await menu
    .getByRole("button", { name: `Shard ${to}` })
    .or(menu.getByRole("option", { name: `Shard ${to}` }))
    .first()
    .press("Enter");
  const wizard = new WizardPage(page);
  await expect(wizard.step("Plan")).toBeVisible({ timeout: 30_000 });
  await expect(page).toHaveURL(new RegExp(`ranges=${ranges}`));
  await wizard.confirm();
  await wizard.proved();
  const after = await snapshot(console, before.summary.id);
  const gained = after.topology?.shards.find((shard) => shard.index === to);
  const had = before.topology?.shards.find((shard) => shard.index === to);
  expect(countSlots(gained?.ranges ?? []) - countSlots(had?.ranges ?? [])).toBe(10);
  expect(complaints).toEqual([]);
});
