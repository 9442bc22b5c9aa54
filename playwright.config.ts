import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";
import type { Ground } from "./e2e/fixtures/ground";
import { realServer } from "./e2e/fixtures/real-server";

/** The system's browser first; where there is none, Playwright's own, if it was installed. */
const chromium = [
  process.env.CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((path) => path && existsSync(path));

/** Where it can matter what the nodes are; the other stories are about the console alone. */
const BY_SERVER = ["connect", "dead-shard", "failover", "members", "reshard", "resume", "start"].map(
  (name) => `**/${name}.spec.ts`,
);

/** Each worker starts a console of its own, with a data folder and a port block of its own: no webServer here. */
export default defineConfig<object, { ground: Ground }>({
  testDir: "./e2e",
  testMatch: "**/*.spec.ts",
  testIgnore: ["bench/**", "faults/**"],
  outputDir: "./test-results",
  // They mostly wait: for a failover, a ban, a picture.
  workers: 3,
  fullyParallel: false,
  projects: [
    ...(realServer() ? [{ name: "real", use: { ground: "real" as const }, testMatch: BY_SERVER }] : []),
    { name: "embedded", use: { ground: "embedded" } },
  ],
  retries: 0,
  forbidOnly: process.env.CI !== undefined,
  timeout: 180_000,
  expect: { timeout: 20_000 },
  reporter: [["list"], ["./e2e/plain-reporter.ts"]],
  use: {
    viewport: { width: 1280, height: 800 },
    actionTimeout: 20_000,
    navigationTimeout: 30_000,
    screenshot: "only-on-failure",
    // No film: recording every frame of a canvas takes more of a small machine than the stories themselves.
    trace: { mode: "retain-on-failure", screenshots: false },
    launchOptions: {
      ...(chromium ? { executablePath: chromium } : {}),
      args: [
        ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
