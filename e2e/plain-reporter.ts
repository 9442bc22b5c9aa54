import type { FullConfig, FullResult, Reporter, Suite } from "@playwright/test/reporter";
import { realServer } from "./fixtures/real-server";

/**
 * Says on what the stories run, and ends with the one line that scripts read. A run that failed before its tests counts
 * as one failed.
 */
export default class PlainReporter implements Reporter {
  #root: Suite | undefined;

  onBegin({ projects }: FullConfig, root: Suite): void {
    this.#root = root;
    const isReal = projects.some(({ name }) => name === "real");
    process.stdout.write(
      isReal
        ? `e2e: on embedded nodes, and on ${realServer()} where the kind of server can matter\n`
        : "e2e: on embedded nodes alone. SKIPPED on real servers: no redis-server, valkey-server or redis-tools is here, or SHARDBOARD_ENGINE names another\n",
    );
  }

  onEnd(result: FullResult): void {
    const count = { expected: 0, flaky: 0, unexpected: 0, skipped: 0 };
    for (const test of this.#root?.allTests() ?? []) count[test.outcome()]++;
    if (result.status !== "passed" && count.unexpected === 0) count.unexpected++;
    const passed = count.expected + count.flaky;
    process.stdout.write(`\ne2e: ${passed} passed, ${count.unexpected} failed, ${count.skipped} skipped\n`);
  }

  printsToStdio(): boolean {
    return false;
  }
}
