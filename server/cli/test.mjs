#!/usr/bin/env node
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { aptInstall, aptLine, isDebian, mayInstall } from "./debian.mjs";
import { serverOnPath } from "./engine.mjs";
import { install } from "./prepare.mjs";
import { stopRunning } from "./run.mjs";
import { Refusal, say, secondsSince } from "./say.mjs";
import { onStopAsked } from "./stop-asked.mjs";
import { runSteps, testSteps } from "./test-steps.mjs";

/**
 * `npm test`: everything that there is to check, from a bare clone. The last line is `N passed, N failed`; the exit
 * code is 0 only when nothing failed. What is installed on the system: redis-tools and chromium, where they are missing
 * and where that is allowed (Debian or Ubuntu, root, no SHARDBOARD_INSTALL=0).
 */
const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
/** A server, by another name, and without a daemon on 6379: what Debian's redis-tools has for the tests to link to. */
const MULTI_CALL = "/usr/bin/redis-check-rdb";
const BROWSERS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
/** The caller's own console must not become part of a test. */
const CALLERS = [
  "PORT",
  "HOST",
  "SHARDBOARD_DATA",
  "SHARDBOARD_SANDBOX",
  "SHARDBOARD_ORIGIN",
  "SHARDBOARD_ADMIN_TOKEN",
  "SHARDBOARD_ALLOW_NETS",
  "SHARDBOARD_NODE_PORT",
  "NODE_ENV",
];

const startMs = Date.now();
onStopAsked(() => {
  stopRunning();
  process.exit(130);
});
const total = { passed: 0, failed: 0 };
try {
  await install(ROOT);
  const missing = await provideTools();
  const colour = process.stdout.isTTY ? { FORCE_COLOR: "1" } : { FORCE_COLOR: undefined, NO_COLOR: "1" };
  const env = {
    NEXT_TELEMETRY_DISABLED: "1",
    ...colour,
    ...Object.fromEntries(CALLERS.map((name) => [name, undefined])),
    SHARDBOARD_ENGINE: givenServer(),
  };
  const counted = await runSteps(testSteps(ROOT, env));
  total.passed = counted.passed;
  total.failed = counted.failed + missing;
} catch (error) {
  process.stderr.write(`! ${error instanceof Refusal ? error.message : error.stack}\n`);
  total.failed++;
}
say(`all of it in ${secondsSince(startMs)}`);
process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`);
process.exitCode = total.failed ? 1 : 0;

/** A server to test against and a browser to look with. Returns how many of them are still missing. */
async function provideTools() {
  const playwrights = await playwrightsBrowser();
  const missing = () => [...(hasServer() ? [] : ["redis-tools"]), ...(hasBrowser(playwrights) ? [] : ["chromium"])];
  if (missing().length && mayInstall()) await aptInstall(missing(), "Needed by the tests");
  for (const name of missing()) say(`${name} is missing; install it first: ${installLine(name)}`);
  return missing().length;
}

function hasServer() {
  return givenServer() !== undefined || serverOnPath() !== undefined || existsSync(MULTI_CALL);
}

/** The embedded node is tested beside a server, whatever the caller's own console runs on. */
function givenServer() {
  const given = process.env.SHARDBOARD_ENGINE;
  return given === "embedded" ? undefined : given;
}

function hasBrowser(playwrights) {
  return [process.env.CHROMIUM, ...BROWSERS, playwrights].some((path) => path && existsSync(path));
}

async function playwrightsBrowser() {
  const { chromium } = await import(join(ROOT, "node_modules", "playwright", "index.mjs"));
  return chromium.executablePath();
}

function installLine(name) {
  if (isDebian()) return `sudo ${aptLine([name])}`;
  return name === "chromium" ? "npx playwright install chromium" : "brew install valkey, or your system's package";
}
