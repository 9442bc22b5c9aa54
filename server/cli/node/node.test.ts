import { afterAll, beforeAll, expect, test } from "vitest";
import { bundledShardboard, type Shardboard, untilSaid } from "@/server/testing/shardboard";

/** Node processes from a shell: they outlive the call that started them, and the next one finds them again. */

const PORT = 8228;
let cli: Shardboard;
const node = (...args: readonly string[]) => cli.run(["node", ...args]);

beforeAll(async () => {
  cli = await bundledShardboard();
});
afterAll(async () => {
  await node("kill", "all");
  cli.close();
});

test("a node is prepared, seen, tailed, stopped, started and killed, each by a call of its own", async () => {
  expect((await node("ps")).out).toMatch(/No node process is managed here/);
  const made = await node("prepare", "--port", String(PORT));
  expect([made.code, made.out]).toEqual([
    0,
    expect.stringMatching(/^node-8228 {2}127\.0\.0\.1:8228 {2}running {2}pid/),
  ]);
  const child = cli.spawn(["node", "tail", "node-8228", "--follow"]);
  await untilSaid(child, /Ready to accept connections/);
  child.signal("SIGINT");
  expect((await child.ended).code).toBe(0);
  expect((await node("stop", String(PORT))).out).toBe("[OK] node-8228 is stopped.\n");
  expect((await node("status")).out).toMatch(/stopped {2}no member/);
  expect((await node("start", "all")).out).toBe("[OK] node-8228 is running.\n");
  const killed = await node("kill", "node-8228", "--json");
  expect([killed.code, JSON.parse(killed.out)]).toMatchObject([
    0,
    [{ id: "node-8228", process: { state: "stopped" } }],
  ]);
}, 120_000);

test("a node that is not there and a port that cannot be are said, with their exit codes", async () => {
  const unknown = await node("stop", "node-1");
  expect([unknown.code, unknown.err]).toEqual([1, expect.stringMatching(/No node process called node-1/)]);
  const low = await node("prepare", "--port", "80");
  expect([low.code, low.err]).toEqual([2, expect.stringMatching(/--port/)]);
}, 120_000);
