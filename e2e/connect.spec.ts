import { barriersOn } from "./fixtures/barriers";
import { sandboxOf } from "./fixtures/cluster";
import { expect, test } from "./fixtures/story";

test("Labels set by hand group the topology", async ({ console, signIn }) => {
  const { summary, topology } = await sandboxOf(console);
  const { page, complaints } = await signIn({ role: "operator" });
  await page.goto(`${console.url}/clusters`);
  await page.getByRole("link", { name: `Settings of ${summary.name}`, exact: false }).click();
  for (const [i, { endpoint }] of (topology?.nodes ?? []).entries())
    await page.getByLabel(`Zone of ${endpoint.host}:${endpoint.port}`).fill(i % 2 === 0 ? "eu-west-a" : "eu-west-b");
  const panel = page.locator("section").filter({ has: page.getByRole("heading", { name: "Where the nodes stand" }) });
  await panel.getByRole("button", { name: "Save" }).click();
  await expect(panel.getByRole("button", { name: "Save" })).toBeDisabled();
  // Where credentials are sent is no operator's business.
  await expect(page.getByLabel("Address map")).toBeDisabled();
  await expect(page.getByRole("button", { name: /Disconnect/ })).toHaveCount(0);

  expect(await barriersOn(page)).toEqual([]);

  await page.goto(`${console.url}/clusters/${summary.id}/topology`);
  await page
    .getByRole("radio", { name: "zone" })
    .or(page.getByRole("button", { name: "zone", exact: true }))
    .click();
  for (const zone of ["eu-west-a", "eu-west-b"]) await expect(page.getByText(zone).first()).toBeVisible();
  expect(complaints).toEqual([]);
});

test("A viewer is told who may see how a cluster is reached", async ({ console, signIn }) => {
  const { summary } = await sandboxOf(console);
  const { page } = await signIn({ role: "viewer" });
  await page.goto(`${console.url}/clusters/${summary.id}/settings`);
  await expect(page.getByText(/Operators and admins can see/)).toBeVisible();
});

test("A cluster is disconnected, tried with a wrong address, and connected again", async ({ console, signIn }) => {
  const { summary, topology } = await sandboxOf(console);
  const { page, complaints } = await signIn();
  await page.goto(`${console.url}/clusters/${summary.id}/settings`);
  await page.getByRole("button", { name: "Disconnect…" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("button", { name: "Disconnect" })).toBeDisabled();
  await dialog.getByLabel(`Type ${summary.name} to go on`).pressSequentially(summary.name);
  await dialog.getByRole("button", { name: "Disconnect" }).click();
  await expect(page.getByText("No cluster is known yet")).toBeVisible();

  await page.goto(`${console.url}/clusters/new/connect`);
  await page.getByLabel("Name").first().fill(summary.name);
  await page.getByLabel("Addresses").fill("169.254.169.254:80");
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await expect(page.getByRole("alert").filter({ hasText: /may\s+connect to.*Nothing was stored/ })).toBeVisible();
  expect(await console.get<unknown[]>("/api/clusters")).toEqual([]);
  await page.getByLabel("Addresses").fill(`127.0.0.1:${topology?.nodes[0]?.endpoint.port}`);
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`/clusters/${summary.id}$`));
  await expect(page.getByText(/^All 16.384 slots are served/)).toBeVisible();
  expect(complaints).toEqual([]);
});
