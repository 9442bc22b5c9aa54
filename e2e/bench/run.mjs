#!/usr/bin/env node
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "vite";
import { bundle } from "../../server/cli/bundle.mjs";

/** Builds the bench and what it times from this source, so that start-up is as it is for a user, and runs it. */
const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const out = join(root, "dist", "bench");

await build({
  root,
  configFile: false,
  logLevel: "error",
  resolve: { alias: { "@": root } },
  build: {
    ssr: true,
    outDir: out,
    emptyOutDir: true,
    target: "node20",
    sourcemap: true,
    rollupOptions: {
      input: {
        bench: join(root, "e2e/bench/bench.ts"),
        clients: join(root, "e2e/bench/client-process.ts"),
        engine: join(root, "server/operations/bench-run.fixture.ts"),
      },
      output: { entryFileNames: "[name].mjs", chunkFileNames: "[name]-[hash].mjs" },
    },
  },
});

await bundle(root, join(out, "cli"));

const { bench } = await import(pathToFileURL(join(out, "bench.mjs")).href);
await bench({
  root,
  built: {
    engine: join(out, "engine.mjs"),
    clients: join(out, "clients.mjs"),
    cli: join(out, "cli", "shardboard.mjs"),
  },
  args: process.argv.slice(2),
});
process.exit(0);
