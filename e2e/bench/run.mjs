#!/usr/bin/env node
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { bundle } from "../../server/cli/bundle.mjs";
import { builtBy } from "../built.mjs";

/** Builds the bench and what it times from this source, so that start-up is as it is for a user, and runs it. */
const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const out = join(root, "dist", "bench");

await builtBy(root, out, {
  bench: join(root, "e2e/bench/bench.ts"),
  clients: join(root, "e2e/bench/client-process.ts"),
  engine: join(root, "server/operations/bench-run.fixture.ts"),
});
await bundle(root, join(out, "cli"));

const { bench } = await import(pathToFileURL(join(out, "bench.mjs")).href);
await bench({
  root,
  built: {
    engine: join(out, "engine.mjs"),
    clients: join(out, "clients.mjs"),
    cli: join(out, "cli", "shardboard.mjs"),
    node: join(out, "cli", "shardboard-node.mjs"),
  },
  args: process.argv.slice(2),
});
process.exit(0);
