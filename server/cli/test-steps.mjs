import { join } from "node:path";
import { build, nextBinary } from "./prepare.mjs";
import { run, tail } from "./run.mjs";
import { Refusal, say, secondsSince } from "./say.mjs";

const SUMMARY = /^(?:unit|server|e2e|tests): (\d+) passed, (\d+) failed, (\d+) skipped$/gm;

/**
 * What `npm test` runs, in order. `needs` names the step without which it makes no sense. A list of lists is lanes side
 * by side: the server tests mostly wait for their servers, and what computes meanwhile stands back for them.
 */
export function testSteps(root, env) {
  const tool = (name, ...args) => shown(root, env, process.execPath, [binary(root, name), ...args]);
  const unit = ["vitest", "run", "--project", "unit"];
  return [
    { name: "lint", work: () => tool("biome", "ci", "--error-on-warnings", ".") },
    { name: "route types", work: () => tool("next", "typegen") },
    { name: "types", work: () => tool("tsc", "--noEmit") },
    [
      [{ name: "server tests", work: () => tool("vitest", "run", "--project", "server"), counts: true }],
      [
        { name: "unit tests", work: () => atTheEnd(root, env, unit), counts: true },
        { name: "build", work: () => buildStep(root) },
        {
          name: "faults",
          work: () => atTheEnd(root, env, [join(root, "e2e", "faults", "run.mjs"), "--short"]),
          counts: true,
          needs: "build",
        },
      ],
    ],
    { name: "stories", work: () => tool("playwright", "test"), counts: true, needs: "build" },
  ];
}

/** Runs them all, to the end where that makes sense; a step that counts nothing is one failure when it fails. */
export async function runSteps(steps, tell = say, failedSteps = new Set()) {
  const total = { passed: 0, failed: 0 };
  const add = ({ passed, failed }) => {
    total.passed += passed;
    total.failed += failed;
  };
  for (const step of steps) {
    if (Array.isArray(step))
      for (const lane of await Promise.all(step.map((lane) => runSteps(lane, tell, failedSteps)))) add(lane);
    else add(await runStep(step, tell, failedSteps));
  }
  return total;
}

async function runStep({ name, work, counts, needs }, tell, failedSteps) {
  if (needs && failedSteps.has(needs)) {
    tell(`${name}: not run, because ${needs} failed`);
    return { passed: 0, failed: 0 };
  }
  const startMs = Date.now();
  tell(`${name}…`);
  const { ok, output } = await work();
  const { passed, failed } = counts ? countIn(output) : { passed: 0, failed: 0 };
  if (!ok || failed) failedSteps.add(name);
  tell(`${name}: ${ok && !failed ? "passed" : "FAILED"} in ${secondsSince(startMs)}`);
  return { passed, failed: ok ? failed : Math.max(failed, 1) };
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
    await build(root, { calm: true });
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

/** Beside another lane: it stands back for the other's servers, and its words come in one piece. */
async function atTheEnd(root, env, [name, ...args]) {
  const script = name.endsWith(".mjs") ? name : binary(root, name);
  const ended = await run(process.execPath, [script, ...args], { cwd: root, env, calm: true });
  process.stdout.write(ended.output);
  return ended;
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
