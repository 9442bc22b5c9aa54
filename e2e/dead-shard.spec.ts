import type { ManagedNode } from "@/lib/wire/runtime";
import { looks } from "./fixtures/browser";
import { sandboxOf, snapshot } from "./fixtures/cluster";
import { expect, test } from "./fixtures/story";

test("A dead node is drawn dead on every screen, and never as health", async ({ console, signIn }) => {
  const before = await sandboxOf(console);
  const shard = before.topology?.shards[2];
  const dead = [shard?.primaryId, ...(shard?.replicaIds ?? [])];
  const nodes = (await console.get<ManagedNode[]>("/api/nodes")).filter(({ nodeId }) => dead.includes(nodeId));
  const state = async () => (await snapshot(console, before.summary.id)).topology?.state;
  for (const { id } of nodes) await console.call("POST", `/api/nodes/${id}/kill`);
  await expect.poll(state, { timeout: 20_000 }).toBe("down");
  for (const look of looks) {
    const { page } = await signIn({ look });
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
  }
  for (const { id } of nodes) await console.call("POST", `/api/nodes/${id}/start`);
  await expect.poll(state, { timeout: 30_000 }).toBe("ok");
});
