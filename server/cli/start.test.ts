import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { processTable } from "@/server/runtime/process-table";
import { signInLink } from "./data-folder.mjs";
import { takeLock } from "./lock-file.mjs";
import { hashCliSources, hashSources, isInstalled } from "./prepare.mjs";
import { startOf } from "./process-start.mjs";

const folder = () => mkdtempSync(join(tmpdir(), "shardboard-cli-"));

async function start(env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, ["server/cli/start.mjs"], {
    env: { ...process.env, HOST: "", PORT: "", SHARDBOARD_INSTALL: "0", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => {
      output += String(chunk);
    });
  const [code] = await once(child, "close");
  return { code, output };
}

test("a port that is given and taken is an error that says so, and nothing is left behind", async () => {
  const data = folder();
  const server = createServer().listen(7191, "127.0.0.1");
  await once(server, "listening");
  const { code, output } = await start({ PORT: "7191", SHARDBOARD_DATA: data });
  server.close();
  expect(output).toBe(
    "! Port 7191 is taken by another program. Stop that program, choose another PORT, or leave PORT away to take the next free one.\n",
  );
  expect(code).toBe(1);
  expect(readdirSync(data)).toEqual([]);
});

test.each([
  [{ PORT: "70000" }, /expected a number from 1 to 65535/],
  [{ PORT: "3000 " }, /expected a number/],
  [{ HOST: "0.0.0.0" }, /off loopback the console wants https/],
  [{ HOST: "0.0.0.0", SHARDBOARD_ORIGIN: "http://plain.example" }, /off loopback/],
  [{ SHARDBOARD_DATA: "/dev/null/data" }, /The data folder \/dev\/null\/data cannot be written/],
])("%j is refused in one sentence", async (env, sentence) => {
  const { code, output } = await start({ SHARDBOARD_DATA: folder(), ...env });
  expect(output).toMatch(sentence);
  expect(output.trim().split("\n")).toHaveLength(1);
  expect(code).toBe(1);
});

test.skipIf(process.getuid?.() === 0)("a data folder of somebody else is refused", async () => {
  const data = folder();
  chmodSync(data, 0o500);
  expect((await start({ SHARDBOARD_DATA: join(data, "inside") })).output).toMatch(/cannot be written/);
});

test("a process has the same start for the parent and for the console", async () => {
  expect(startOf(process.pid)).toBe((await processTable.read(process.pid))?.started);
  expect(startOf(0)).toBeUndefined();
  expect(startOf(2 ** 30)).toBeUndefined();
});

test("a lock is held by one, named to others, and nobody's when its holder is dead", async () => {
  const at = folder();
  const path = join(at, "lock");
  writeFileSync(`${path}.of-the-dead`, JSON.stringify({ pid: process.pid, started: "another life" }));
  const held = await takeLock(path);
  expect(await takeLock(path)).toEqual({ holderPid: process.pid });
  held.release?.();
  expect(readdirSync(at)).toEqual([]);
  const all = await Promise.all(Array.from({ length: 5 }, () => takeLock(path)));
  expect(all.filter((lock) => lock.release).length).toBeLessThanOrEqual(1);
});

test("a sign-in link carries its token in the fragment and leaves only its hash behind", () => {
  const data = folder();
  const link = new URL(signInLink(data, "http://127.0.0.1:3000"));
  expect(link.pathname).toBe("/login");
  const [name = ""] = readdirSync(join(data, "sign-in"));
  expect(name).toMatch(/^[0-9a-f]{64}$/);
  expect(readFileSync(join(data, "sign-in", name), "utf8")).not.toContain(link.hash.slice(1));
});

test("a build is stale when a source changes, and not when a test does", () => {
  const root = folder();
  mkdirSync(join(root, "lib"));
  const write = (path: string) => writeFileSync(join(root, path), String(Math.random()));
  write("lib/a.ts");
  const before = hashSources(root);
  write("lib/a.test.ts");
  expect(hashSources(root)).toBe(before);
  write("lib/a.ts");
  expect(hashSources(root)).not.toBe(before);
  mkdirSync(join(root, "server/cli"), { recursive: true });
  const [console, cli] = [hashSources(root), hashCliSources(root)];
  write("server/cli/verb.ts");
  expect(hashSources(root)).toBe(console);
  expect(hashCliSources(root)).not.toBe(cli);
});

test("packages are installed again when one is missing or another version than the lockfile says", () => {
  const root = folder();
  const write = (path: string, packages: object) => writeFileSync(join(root, path), JSON.stringify({ packages }));
  const a = { version: "1.0.0", integrity: "sha512-a" };
  mkdirSync(join(root, "node_modules"));
  write("package-lock.json", { "": {}, "node_modules/a": a, "node_modules/other-system": { ...a, optional: true } });
  expect(isInstalled(root)).toBe(false);
  write("node_modules/.package-lock.json", { "node_modules/a": a });
  expect(isInstalled(root)).toBe(true);
  write("node_modules/.package-lock.json", { "node_modules/a": { ...a, version: "1.0.1" } });
  expect(isInstalled(root)).toBe(false);
  write("node_modules/.package-lock.json", {});
  expect(isInstalled(root)).toBe(false);
});
