#!/usr/bin/env node
import { chmodSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Refusal } from "./say.mjs";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
/** Native parts, which node finds in node_modules beside the bundle's folder. */
const NATIVE = ["libsql"];

/**
 * `dist/shardboard.mjs`, and the pieces that it loads when a verb needs them: the entry knows only the table of verbs.
 * `out` lies inside the project, so that its node_modules are found from there.
 */
export async function bundle(root = ROOT, out = join(root, "dist")) {
  const { build } = await import(pathToFileURL(join(root, "node_modules", "esbuild", "lib", "main.js")).href);
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  try {
    await build({
      entryPoints: [{ in: join(root, "server", "cli", "shardboard.ts"), out: "shardboard" }],
      outdir: out,
      outExtension: { ".js": ".mjs" },
      bundle: true,
      splitting: true,
      format: "esm",
      platform: "node",
      target: "node20",
      external: NATIVE,
      minifySyntax: true,
      minifyWhitespace: true,
      legalComments: "none",
      logLevel: "silent",
      absWorkingDir: root,
      tsconfig: join(root, "tsconfig.json"),
      // What was written for require needs one; the first line is for the shell.
      banner: {
        js: 'import { createRequire as makeRequire } from "node:module";const require = makeRequire(import.meta.url);',
      },
    });
  } catch (error) {
    throw new Refusal(`The command line could not be bundled: ${error.message}`);
  }
  chmodSync(join(out, "shardboard.mjs"), 0o755);
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) await bundle();
