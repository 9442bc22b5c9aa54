import { barriersOn } from "./fixtures/barriers";
import { looks } from "./fixtures/browser";
import { sandboxOf } from "./fixtures/cluster";
import { expect, test } from "./fixtures/story";

/** Screens of a cluster, with something that is only there when its data has come. */
const screens = (id: string) =>
  [
    ["clusters", "/clusters", /sandbox/],
    ["overview", `/clusters/${id}`, /16.384/],
    ["slots", `/clusters/${id}/slots`, /Shard 1/],
    ["topology", `/clusters/${id}/topology`, /127\.0\.0\.1:\d+/],
    ["nodes", `/clusters/${id}/nodes`, /127\.0\.0\.1:\d+/],
    ["operations", `/clusters/${id}/operations`, /Operation 1/],
    ["operation", `/clusters/${id}/operations/1`, /Proof/],
    ["wizard", `/clusters/${id}/operations/new/scale-out`, /Replicas per primary/],
    ["rebalance", `/clusters/${id}/operations/new/rebalance`, /Threshold, in percent/],
    ["settings wizard", `/clusters/${id}/operations/new/config`, /Another setting/],
    ["maintenance wizard", `/clusters/${id}/operations/new/maintenance`, /Empty it/],
    ["import wizard", `/clusters/${id}/operations/new/import`, /Sentinel/],
    ["connect", "/clusters/new/connect", /One address is enough/],
  ] as const;

for (const look of looks)
  test(`Every screen keeps within the page at ${look.width}, can be used without a mouse, and breaks no rule of its own policy`, async ({
    console,
    signIn,
  }) => {
    test.setTimeout(240_000);
    const { summary } = await sandboxOf(console);
    const { page, complaints } = await signIn({ look });
    for (const [name, path, sign] of screens(summary.id)) {
      await page.goto(`${console.url}${path}`);
      await expect(page.getByText(sign).filter({ visible: true }).first(), name).toBeVisible();
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow, `${name} at ${look.width}`).toBeLessThanOrEqual(0);
      expect(await barriersOn(page), `${name} at ${look.width}`).toEqual([]);
      await page.screenshot({ path: `artifacts/${name}-${look.width}-${look.theme}.png` });
    }
    expect(complaints).toEqual([]);
  });
