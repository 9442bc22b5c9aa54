import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "@playwright/test";
import type { ManagedNode } from "@/lib/wire/runtime";
import { sandboxOf } from "./fixtures/cluster";
import { startConsole } from "./fixtures/console";

const PORT = 9160;
const run = promisify(execFile);

test("Stopped by Ctrl-C and started again, the same sandbox comes back; a second start finds the first", async () => {
  test.setTimeout(240_000);
  const data = await mkdtemp(join(tmpdir(), "shardboard-story-"));
  const first = await startConsole({ port: PORT, data });
  const before = await sandboxOf(first);
  const nodes = await first.get<ManagedNode[]>("/api/nodes");
  expect(nodes.filter((node) => node.process.state === "running")).toHaveLength(6);
  expect(nodes.every((node) => node.busPort < 32768)).toBe(true);

  const second = await run(process.execPath, ["server/cli/start.mjs"], {
    env: { ...process.env, SHARDBOARD_DATA: data, PORT: String(PORT) },
  });
  expect(second.stdout).toContain(first.url);

  expect(await first.interrupt()).toBe(0);
  for (const node of nodes)
    if (node.process.state === "running") expect(isAlive(node.process.pid), node.name).toBe(false);

  const again = await startConsole({ port: PORT, data });
  const after = await sandboxOf(again);
  expect(after.summary.id).toBe(before.summary.id);
  expect(after.topology?.nodes.map((node) => node.id).sort()).toEqual(before.topology?.nodes.map((n) => n.id).sort());
  await again.interrupt();
  await rm(data, { recursive: true, force: true });
});

test("A port that is taken is an error that says so, and nothing is left behind", async () => {
  test.setTimeout(60_000);
  const data = await mkdtemp(join(tmpdir(), "shardboard-story-"));
  const server = createServer().listen(PORT + 1, "127.0.0.1");
  const failed = await run(process.execPath, ["server/cli/start.mjs"], {
    env: { ...process.env, SHARDBOARD_DATA: data, PORT: String(PORT + 1) },
  }).catch((error: { code: number; stdout: string; stderr: string }) => error);
  server.close();
  expect("code" in failed && failed.code).not.toBe(0);
  expect(`${failed.stdout}${failed.stderr}`).toMatch(new RegExp(`${PORT + 1}`));
  expect(await readdir(data)).toEqual([]);
  await rm(data, { recursive: true, force: true });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
