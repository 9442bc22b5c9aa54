import type { Reporter, TestModule } from "vitest/node";

/**
 * Ends a run with the one line that scripts read, `unit: …` or `server: …` by the project that ran. A file that fails
 * to load counts as one failed test.
 */
export default class PlainReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const count = { passed: 0, failed: unhandledErrors.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      let tests = 0;
      for (const test of module.children.allTests()) {
        tests++;
        count[test.result().state]++;
      }
      if (!module.ok() && tests === 0) count.failed++;
    }
    const projects = new Set(modules.map((module) => module.project.name));
    const name = projects.size === 1 ? [...projects][0] : "tests";
    process.stdout.write(`\n${name}: ${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped\n`);
  }
}
