#!/usr/bin/env node
import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "vite";

/** Builds the harness and the command line that it drives from this source, and runs it. */
const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const out = join(root, "dist", "faults");

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
      input: { faults: join(root, "e2e/faults/faults.ts") },
      output: { entryFileNames: "[name].mjs", chunkFileNames: "[name]-[hash].mjs" },
    },
  },
});
execFileSync(process.execPath, [join(root, "server/cli/bundle.mjs")], { cwd: root, stdio: "inherit" });

const { faults } = await import(pathToFileURL(join(out, "faults.mjs")).href);
process.exit(await faults({ root, args: process.argv.slice(2) }));
