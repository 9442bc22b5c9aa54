import { expect, test } from "@playwright/test";
import type { ManagedNode } from "@/lib/wire/runtime";
import { looks, signIn } from "./fixtures/browser";
import { sandboxOf, snapshot } from "./fixtures/cluster";
import { type RunningConsole, startConsole } from "./fixtures/console";

const PORT = 9190;
let console: RunningConsole;

test.beforeAll(async () => {
  test.setTimeout(240_000);
  console = await startConsole({ port: PORT });
});
test.afterAll(async () => console?.stop());

test("A dead node is drawn dead on every screen, and never as health", async ({ browser }) => {
  test.setTimeout(120_000);
  const before = await sandboxOf(console);
  const shard = before.topology?.shards[2];
  const nodes = await console.get<ManagedNode[]>("/api/nodes");
  for (const id of [shard?.primaryId, ...(shard?.replicaIds ?? [])]) {
    const managed = nodes.find((node) => node.nodeId === id);
    await console.call("POST", `/api/nodes/${managed?.id}/kill`);
  }
  await expect
    .poll(async () => (await snapshot(console, before.summary.id)).topology?.state, { timeout: 20_000 })
    .toBe("down");
  for (const look of looks) {
    const { page } = await signIn(browser, console, { look });
    for (const [name, path] of [
      ["overview", ""],
      ["slots", "/slots"],
      ["topology", "/topology"],
      ["nodes", "/nodes"],
    ] as const) {
      await page.goto(`${console.url}/clusters/${before.summary.id}${path}`);
      await expect(
        page
          .getByText(/silent|no primary|does not answer/i)
          .filter({ visible: true })
          .first(),
        name,
      ).toBeVisible();
      await page.screenshot({ path: `artifacts/dead-${name}-${look.width}-${look.theme}.png` });
    }
    await page.context().close();
  }
});
