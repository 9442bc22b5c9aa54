import { join } from "node:path";
import { build, nextBinary } from "./prepare.mjs";
import { run, tail } from "./run.mjs";
import { Refusal, say, secondsSince } from "./say.mjs";

const SUMMARY = /^(?:unit|server|e2e|tests): (\d+) passed, (\d+) failed, (\d+) skipped$/gm;

/** What `npm test` runs, in order. `needs` names the step without which it makes no sense. */
export function testSteps(root, env) {
  const tool = (name, ...args) => shown(root, env, process.execPath, [binary(root, name), ...args]);
  return [
    { name: "lint", work: () => tool("biome", "ci", "--error-on-warnings", ".") },
    { name: "route types", work: () => tool("next", "typegen") },
    { name: "types", work: () => tool("tsc", "--noEmit") },
    { name: "unit tests", work: () => tool("vitest", "run", "--project", "unit"), counts: true },
    { name: "server tests", work: () => tool("vitest", "run", "--project", "server"), counts: true },
    { name: "build", work: () => buildStep(root) },
    { name: "stories", work: () => tool("playwright", "test"), counts: true, needs: "build" },
  ];
}

/** Runs them all, to the end where that makes sense; a step that counts nothing is one failure when it fails. */
export async function runSteps(steps, tell = say) {
  const total = { passed: 0, failed: 0 };
  const failedSteps = new Set();
  for (const { name, work, counts, needs } of steps) {
    if (needs && failedSteps.has(needs)) {
      tell(`${name}: not run, because ${needs} failed`);
      continue;
    }
    const startMs = Date.now();
    tell(`${name}…`);
    const { ok, output } = await work();
    const { passed, failed } = counts ? countIn(output) : { passed: 0, failed: 0 };
    total.passed += passed;
    total.failed += ok ? failed : Math.max(failed, 1);
    if (!ok || failed) failedSteps.add(name);
    tell(`${name}: ${ok && !failed ? "passed" : "FAILED"} in ${secondsSince(startMs)}`);
  }
  return total;
}

export function countIn(output) {
  const sum = { passed: 0, failed: 0 };
  for (const [, passed, failed] of output.matchAll(SUMMARY)) {
    sum.passed += Number(passed);
    sum.failed += Number(failed);
  }
  return sum;
}

async function buildStep(root) {
  try {
    await build(root);
    return { ok: true, output: "" };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    process.stdout.write(`${tail(error.message, 60)}\n`);
    return { ok: false, output: "" };
  }
}

function shown(root, env, command, args) {
  return run(command, args, { cwd: root, env, show: (chunk) => process.stdout.write(chunk) });
}

/** The script behind the name, so that no shell and no npx stands between. */
function binary(root, name) {
  const scripts = {
    biome: ["@biomejs", "biome", "bin", "biome"],
    next: undefined,
    tsc: ["typescript", "bin", "tsc"],
    vitest: ["vitest", "vitest.mjs"],
    playwright: ["@playwright", "test", "cli.js"],
  };
  return scripts[name] ? join(root, "node_modules", ...scripts[name]) : nextBinary(root);
}
