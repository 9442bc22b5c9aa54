#!/usr/bin/env node
import { chmodSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Refusal } from "./say.mjs";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
/** Native parts, which node finds in node_modules beside the bundle's folder. */
const NATIVE = ["libsql"];

/** The programs: the command line, and the embedded node, which a machine without a server runs. */
const PROGRAMS = [
  { path: ["server", "cli", "shardboard.ts"], out: "shardboard" },
  { path: ["server", "node", "shell", "main.ts"], out: "shardboard-node" },
];

/**
 * `dist/shardboard.mjs`, and the pieces that it loads when a verb needs them: the entry knows only the table of verbs.
 * `dist/shardboard-node.mjs` beside it.
 * Pieces are named by their content, and those of an earlier build go when the new ones stand. `out` lies inside the project, so that its node_modules are found from there.
 */
export async function bundle(root = ROOT, out = join(root, "dist")) {
  const { build } = await import(pathToFileURL(join(root, "node_modules", "esbuild", "lib", "main.js")).href);
  mkdirSync(out, { recursive: true });
  let made;
  try {
    made = await build({
      entryPoints: PROGRAMS.map(({ path, out }) => ({ in: join(root, ...path), out })),
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
      metafile: true,
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
  const kept = new Set(Object.keys(made.metafile.outputs).map((path) => resolve(root, path)));
  for (const name of readdirSync(out)) if (name.endsWith(".mjs") && !kept.has(join(out, name))) rmSync(join(out, name));
  for (const program of PROGRAMS) chmodSync(join(out, `${program.out}.mjs`), 0o755);
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) await bundle();
