import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const alias = { "@": fileURLToPath(new URL(".", import.meta.url)) };
const reporters = ["default", "./lib/unit-reporter.ts"];

export default defineConfig({
  test: {
    reporters,
    projects: [
      {
        resolve: { alias },
        test: {
          name: "unit",
          include: ["lib/**/*.test.ts", "components/**/*.test.ts", "app/**/*.test.ts"],
          pool: "forks",
        },
      },
      {
        resolve: { alias },
        test: {
          name: "server",
          include: ["server/**/*.test.ts"],
          pool: "forks",
          // Each file has ports of its own, and they mostly wait: for a failover, a node timeout, a ban.
          maxWorkers: 2,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
