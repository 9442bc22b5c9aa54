import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, expect, test, vi } from "vitest";
import { findEngine } from "@/server/runtime/engines";

/** What npm start finds, and what the console finds after it: one order, written twice, because the first runs before anything is installed. */

const home = realpathSync(mkdtempSync(join(tmpdir(), "shardboard-order-")));
const script = (path: string, text: string) => {
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, 0o755);
  return path;
};
const server = (path: string, version: string) => script(join(home, path), `#!/bin/sh\necho "${version}"\n`);

const redis = server("redis/redis-server", "Redis server v=7.0.15 sha=0");
const valkey = server("valkey/valkey-server", "Valkey server v=8.0.1 sha=0");
/** As npm start linked it once: no server of this machine's PATH. */
server("data/bin/redis-server", "Redis server v=7.0.15 sha=0");
const data = join(home, "data");
const embedded = join(data, "bin", "shardboard-node");
script(join(home, "dist", "shardboard-node.mjs"), `console.log("Shardboard node v=0.1.0 redis=7.0.15");`);
for (const name of ["engine.mjs", "say.mjs"]) copyFileSync(join(import.meta.dirname, name), join(home, "dist", name));

const started: { readonly findEngine: (data: string) => string | undefined } = await import(
  pathToFileURL(join(home, "dist", "engine.mjs")).href
);

afterEach(() => {
  vi.unstubAllEnvs();
});

test.each([
  ["a valkey-server on PATH, whatever comes before it", undefined, ["redis", "valkey"], "valkey", valkey],
  ["a redis-server on PATH", undefined, ["empty", "redis"], "redis", redis],
  ["nothing on PATH", undefined, ["empty"], "embedded", embedded],
  ["the embedded one by name, with servers on PATH", "embedded", ["redis", "valkey"], "embedded", embedded],
  ["a server by its path, with another on PATH", redis, ["valkey"], "redis", redis],
] as const)("%s", async (_, given, folders, kind, path) => {
  vi.stubEnv("SHARDBOARD_ENGINE", given);
  vi.stubEnv("PATH", folders.map((name) => join(home, name)).join(":"));
  expect(started.findEngine(data)).toBe(path);
  expect(await findEngine(data)).toMatchObject({ kind, path });
});

test("a server that was named and is none is refused, never passed over", () => {
  vi.stubEnv("SHARDBOARD_ENGINE", join(home, "nowhere"));
  expect(() => started.findEngine(data)).toThrow(/SHARDBOARD_ENGINE is .*nowhere, which is no executable file/);
});
