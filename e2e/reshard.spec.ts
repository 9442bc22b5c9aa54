import { expect, test } from "@playwright/test";
import { countSlots, hasSlot } from "@/lib/cluster/slots";
import { signIn } from "./fixtures/browser";
import { portsOf, sandboxOf, snapshot } from "./fixtures/cluster";
import { type RunningConsole, startConsole } from "./fixtures/console";
import { fillKeys, startWorkload } from "./fixtures/workload";
import { SlotsPage } from "./pages/slots";
import { WizardPage } from "./pages/wizard";

const PORT = 9130;
let console: RunningConsole;

test.beforeAll(async () => {
  test.setTimeout(240_000);
  console = await startConsole({ port: PORT });
});
test.afterAll(async () => console?.stop());

test("A brushed selection dragged to another shard moves exactly those slots while clients write", async ({
  browser,
}) => {
  test.setTimeout(180_000);
  const before = await sandboxOf(console);
  const seed = Date.now() % 100_000;
  test.info().annotations.push({ type: "seed", description: String(seed) });
  await fillKeys({ ports: portsOf(before), count: 8000, prefix: `drag:${seed}` });
  const load = await startWorkload({ ports: portsOf(before), seed });
  const { page, complaints } = await signIn(browser, console);
  await page.goto(`${console.url}/clusters/${before.summary.id}/slots`);
  const slots = new SlotsPage(page);
  await expect(slots.card(3)).toBeVisible();
  await slots.brush(1000, 1411);
  await expect(page.getByText("412", { exact: true }).first()).toBeVisible();
  await slots.carry(1200, 3);
  await expect(slots.card(1)).toContainText("Source of this drag");
  await expect(slots.card(3)).toContainText("Release to plan");
  await page.mouse.up();

  const wizard = new WizardPage(page);
  await expect(wizard.step("Plan")).toBeVisible({ timeout: 30_000 });
  await expect(page).toHaveURL(/reshard\?.*ranges=1000-1411/);
  await wizard.confirm();
  await wizard.proved();
  const result = await load.stop();
  expect(result.errors).toEqual([]);
  expect(result.lost).toEqual([]);

  const after = await snapshot(console, before.summary.id);
  const owner = (picture: typeof before, slot: number) =>
    picture.topology?.shards.find((shard) => hasSlot(shard.ranges, slot))?.index;
  const wanted = (slot: number) => (slot >= 1000 && slot <= 1411 ? 3 : owner(before, slot));
  const wrong = Array.from({ length: 16384 }, (_, slot) => slot).filter((slot) => owner(after, slot) !== wanted(slot));
  expect(wrong, "slots that are not whose they should be").toEqual([]);
  expect(complaints).toEqual([]);
});

test("The same by keyboard alone: select, M, a shard, Enter", async ({ browser }) => {
  test.setTimeout(120_000);
  const before = await sandboxOf(console);
  const { page, complaints } = await signIn(browser, console);
  await page.goto(`${console.url}/clusters/${before.summary.id}/slots`);
  const slots = new SlotsPage(page);
  await expect(slots.card(2)).toBeVisible();
  await page
    .getByRole("textbox", { name: "Find a key, a slot or a range" })
    .or(page.getByLabel("Find a key, a slot or a range"))
    .first()
    .fill("16000-16009");
  await page.keyboard.press("Enter");
  await expect(page.getByText("10", { exact: true }).first()).toBeVisible();
  await slots.map.focus();
  await page.keyboard.press("m");
  const menu = page.getByRole("dialog");
  await expect(menu).toBeVisible();
  await menu
    .getByRole("button", { name: /Shard 2/ })
    .or(menu.getByRole("option", { name: /Shard 2/ }))
    .first()
    .press("Enter");
  const wizard = new WizardPage(page);
  await expect(wizard.step("Plan")).toBeVisible({ timeout: 30_000 });
  await expect(page).toHaveURL(/ranges=16000-16009/);
  await wizard.confirm();
  await wizard.proved();
  const after = await snapshot(console, before.summary.id);
  const gained = after.topology?.shards.find((shard) => shard.index === 2);
  const had = before.topology?.shards.find((shard) => shard.index === 2);
  expect(countSlots(gained?.ranges ?? []) - countSlots(had?.ranges ?? [])).toBe(10);
  expect(complaints).toEqual([]);
});
