#!/usr/bin/env node
import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { builtBy } from "../built.mjs";

/** Builds the harness and the command line that it drives from this source, and runs it. */
const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const out = join(root, "dist", "faults");

await builtBy(root, out, { faults: join(root, "e2e/faults/faults.ts") });
execFileSync(process.execPath, [join(root, "server/cli/bundle.mjs")], { cwd: root, stdio: "inherit" });

const { faults } = await import(pathToFileURL(join(out, "faults.mjs")).href);
process.exit(await faults({ root, args: process.argv.slice(2) }));
