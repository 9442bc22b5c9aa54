import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { ManagedNode } from "@/lib/wire/runtime";
import { sandboxOf } from "./fixtures/cluster";
import { startConsole } from "./fixtures/console";
import { expect, test } from "./fixtures/story";

const run = promisify(execFile);

test("Stopped by Ctrl-C and started again, the same sandbox comes back; a second start finds the first", async ({
  ground,
  port,
}) => {
  test.setTimeout(240_000);
  const data = await mkdtemp(join(tmpdir(), "shardboard-story-"));
  const first = await startConsole({ port: port + 1, ground, data });
  const before = await sandboxOf(first);
  const nodes = await first.get<ManagedNode[]>("/api/nodes");
  expect(nodes.filter((node) => node.process.state === "running")).toHaveLength(6);
  expect(nodes.every((node) => node.busPort < 32768)).toBe(true);
  expect(nodes.every((node) => (node.engine.kind === "embedded") === (ground === "embedded"))).toBe(true);

  const second = await run(process.execPath, ["server/cli/start.mjs"], {
    env: { ...process.env, SHARDBOARD_DATA: data, PORT: new URL(first.url).port },
  });
  expect(second.stdout).toContain(first.url);

  expect(await first.interrupt()).toBe(0);
  for (const node of nodes)
    if (node.process.state === "running") expect(isAlive(node.process.pid), node.name).toBe(false);

  const again = await startConsole({ port: port + 1, ground, data });
  const after = await sandboxOf(again);
  expect(after.summary.id).toBe(before.summary.id);
  expect(after.topology?.nodes.map((node) => node.id).sort()).toEqual(before.topology?.nodes.map((n) => n.id).sort());
  await again.interrupt();
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
