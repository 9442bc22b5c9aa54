import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findServer } from "@/server/testing/node";
import { until } from "@/server/testing/until";
import { embeddedServer } from "../testing/embedded";
import { type Program, startProgram } from "../testing/program";

/** Two nodes on one folder: the second one must not start, whichever of the two programs each is. */
const PORT = 10200;
const TAKEN =
  "Sorry, the cluster configuration file nodes.conf is already used by a different Redis Cluster node. Please make sure that different nodes use different cluster configuration files.";
const folder = mkdtempSync(join(tmpdir(), "shardboard-lock-"));
let ours: string;
const theirs = findServer(folder);
const programs: Program[] = [];

beforeAll(async () => {
  ours = await embeddedServer(folder);
});

afterAll(async () => {
  for (const program of programs) program.signal("SIGKILL");
  await Promise.all(programs.map((program) => program.ended));
  rmSync(folder, { recursive: true, force: true });
});

function start(engine: string, port: number, dir: string): Program {
  const args = ["--port", String(port), "--bind", "127.0.0.1", "--cluster-enabled", "yes", "--dir", dir, "--save", ""];
  const program = startProgram(engine, args);
  programs.push(program);
  return program;
}
const ready = (program: Program) =>
  until("the node to be ready", 10_000, () => program.printed().includes("Ready to accept connections"));

test.each([
  ["the node", "the node", 0],
  ["the node", "redis-server", 10],
  ["redis-server", "the node", 20],
])("a folder of %s is refused to %s", async (first, second, place) => {
  const engineOf = (name: string) => (name === "redis-server" ? theirs : ours);
  const dir = mkdtempSync(join(folder, "data-"));
  const holder = start(engineOf(first), PORT + place, dir);
  await ready(holder);
  const intruder = start(engineOf(second), PORT + place + 1, dir);
  expect(await intruder.ended).toBe(1);
  expect(intruder.printed()).toContain(TAKEN);
  holder.signal("SIGKILL");
  await holder.ended;
  const next = start(engineOf(second), PORT + place + 1, dir);
  await ready(next);
  expect(next.printed()).toContain("Node configuration loaded, I'm");
});

test("without flock the node starts, and its log says that nothing keeps others out", async () => {
  const path = process.env.PATH;
  const bare = mkdtempSync(join(folder, "bare-"));
  try {
    // Node itself is named by its path, so that PATH may be empty but for a folder without a flock.
    process.env.PATH = [bare].join(delimiter);
    const dir = mkdtempSync(join(folder, "data-"));
    const args = ["--port", String(PORT + 30), "--cluster-enabled", "yes", "--dir", dir, "--save", ""];
    const program = startProgram(process.execPath, [ours, ...args]);
    programs.push(program);
    await ready(program);
    expect(program.printed()).toContain("nodes.conf is not locked");
  } finally {
    process.env.PATH = path;
  }
});
