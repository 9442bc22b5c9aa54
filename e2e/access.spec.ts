import { complaintsOf } from "./fixtures/browser";
import { planOf, sandboxOf } from "./fixtures/cluster";
import { expect, test } from "./fixtures/story";

test("Without a sign-in every door but the open ones is shut", async ({ console, request }) => {
  expect((await request.get(`${console.url}/api/health`)).status()).toBe(200);
  for (const path of ["/api/clusters", "/api/events", "/api/nodes", "/api/session", "/api/openapi.json"])
    expect((await request.get(`${console.url}${path}`)).status(), path).toBe(401);
});

test("The printed link signs in once, and only once", async ({ console, visit }) => {
  const first = await visit();
  const complaints = complaintsOf(first);
  await first.goto(console.signInUrl);
  await expect(first).toHaveURL(/\/clusters/);
  expect(complaints).toEqual([]);
  const second = await visit();
  await second.goto(console.signInUrl);
  await expect(second.getByRole("alert").filter({ hasText: /used|expired/i })).toBeVisible();
});

test("A viewer sees everything and can start nothing, by page or by API", async ({ console, visit }) => {
  const { summary, topology } = await sandboxOf(console);
  const [a, b] = topology?.shards ?? [];
  if (!a || !b) throw new Error("the sandbox has no shards");
  const invite = await console.call<{ path: string }>("POST", "/api/invites", { name: "wall", role: "viewer" });
  expect(invite.status).toBe(201);
  const page = await visit();
  await page.goto(`${console.url}${invite.body.path}`);
  await expect(page).toHaveURL(/\/clusters/);

  const wish = { verb: "reshard", target: b.primaryId, sources: [a.primaryId], slots: 5 };
  const plan = await planOf(console, summary.id, wish);
  const status = await page.evaluate(
    async ({ clusterId, wish, planId }) => {
      const post = async (path: string, body: unknown) =>
        (
          await fetch(path, {
            method: "POST",
            headers: { "content-type": "application/json" },
            body: JSON.stringify(body),
          })
        ).status;
      return {
        read: (await fetch(`/api/clusters/${clusterId}`)).status,
        plan: await post(`/api/clusters/${clusterId}/plans`, wish),
        start: await post(`/api/clusters/${clusterId}/operations`, { planId }),
        node: await post("/api/nodes", { count: 1 }),
      };
    },
    { clusterId: summary.id, wish, planId: plan.id },
  );
  expect(status).toEqual({ read: 200, plan: 403, start: 403, node: 403 });

  await page.goto(`${console.url}/clusters/${summary.id}/operations/new/reshard?target=${b.primaryId}&ranges=0-4`);
  await expect(page.getByText(/operator/i).first()).toBeVisible();
  await expect(page.getByRole("button", { name: /^start/i })).toHaveCount(0);
});

test("A request from another site changes nothing", async ({ console, visit }) => {
  const page = await visit();
  const invite = await console.call<{ path: string }>("POST", "/api/invites", { name: "mallory", role: "admin" });
  await page.goto(`${console.url}${invite.body.path}`);
  await expect(page).toHaveURL(/\/clusters/);
  const [cookie] = await page.context().cookies();
  if (!cookie) throw new Error("no session cookie");
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Strict" });
  const header = `${cookie.name}=${cookie.value}`;
  for (const origin of ["https://evil.example", undefined]) {
    const response = await fetch(`${console.url}/api/nodes`, {
      method: "POST",
      headers: { cookie: header, "content-type": "application/json", ...(origin ? { origin } : {}) },
      body: JSON.stringify({ count: 1 }),
    });
    expect(response.status, String(origin)).toBe(403);
  }
});
