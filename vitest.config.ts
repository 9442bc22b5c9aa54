import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const alias = { "@": fileURLToPath(new URL(".", import.meta.url)) };
const reporters = ["default", "./lib/unit-reporter.ts"];

/** The embedded node is pure but for its shell, which runs beside real servers. */
const NODE_SHELL = "server/node/shell/**/*.test.ts";

export default defineConfig({
  test: {
    reporters,
    projects: [
      {
        resolve: { alias },
        test: {
          name: "unit",
          include: ["lib/**/*.test.ts", "components/**/*.test.ts", "app/**/*.test.ts", "server/node/**/*.test.ts"],
          exclude: [NODE_SHELL],
          // Properties over many seeds, beside the server tests on the same two cores.
          testTimeout: 60_000,
          pool: "forks",
          isolate: false,
        },
      },
      {
        resolve: { alias },
        test: {
          name: "server",
          include: ["server/*.test.ts", "server/!(node)/**/*.test.ts", NODE_SHELL],
          pool: "forks",
          isolate: false,
          // Each file has ports of its own, and they mostly wait: for a failover, a node timeout, a ban.
          maxWorkers: 2,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
