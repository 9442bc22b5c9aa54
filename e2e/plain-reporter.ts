import type { FullResult, Reporter, Suite } from "@playwright/test/reporter";

/** Ends a run with the one line that scripts read. A run that failed before its tests counts as one failed. */
export default class PlainReporter implements Reporter {
  #root: Suite | undefined;

  onBegin(_config: unknown, root: Suite): void {
    this.#root = root;
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
