import { afterAll, beforeAll, expect, test } from "vitest";
import { type ClusterId, formatEndpoint, type NodeId } from "@/lib/cluster/node";
import { eachSlot } from "@/lib/cluster/slots";
import type { Plan } from "@/lib/plans/plan";
import type { Wish } from "@/lib/plans/wish";
import { makeEngine, type TestEngine, told } from "@/server/operations/console.fixture";
import { startCluster, type TestCluster } from "@/server/testing/cluster";
import { startNode, type TestNode } from "@/server/testing/node";

/**
 * R23: what a plan lists is what is sent. MIGRATE is compared without its time-out and keys, once a slot; repeated
 * SETSLOT calls of one kind to one node count once.
 */
const BASE = 7830;
let cluster: TestCluster;
let spare: TestNode;
let engine: TestEngine;
let id: ClusterId;
const idOf = (i: number) => cluster.nodes[i]?.id as NodeId;

beforeAll(async () => {
  [cluster, spare] = await Promise.all([
    startCluster({ basePort: BASE, primaries: 3, replicas: 3 }),
    startNode({ port: BASE + 6 }),
  ]);
  for (let i = 0; i < 30; i++) await cluster.primaries[2]?.call("SET", `{foo}${i}`, "x".repeat(100));
  engine = makeEngine();
  id = await engine.connect(BASE);
});
afterAll(async () => {
  await engine.close();
  await Promise.all([cluster.close(), spare.close()]);
});

const bare = (line: string) => line.replace(/(MIGRATE \S+ \S+) .*/, "$1");
/** Slots that were told as a range, one by one. */
function eachLine(line: string): readonly string[] {
  const [, before = "", first, last, after = ""] = /^(.* SETSLOT )(\d+)-(\d+)( .*) ×\d+$/.exec(line) ?? [];
  if (!first || !last) return [line];
  return [...eachSlot([[Number(first), Number(last)]])].map((slot) => `${before}${slot}${after}`);
}
const listed = (plan: Plan) => [...new Set(plan.commands.raw.map(bare))];

async function sentBy(wish: Wish): Promise<{ readonly plan: Plan; readonly sent: readonly string[] }> {
  const plan = await engine.plan(id, wish);
  const operation = await engine.run(plan);
  expect(operation.state, told(operation)).toBe("succeeded");
  const lines = engine.operations.transcript(operation.id, { after: 0, limit: 5000 }).filter((line) => line.mutates);
  const commands = lines.flatMap((line) => eachLine(bare(`${formatEndpoint(line.endpoint)}> ${line.command}`)));
  return { plan, sent: [...new Set(commands)] };
}

test.each<[string, () => Wish]>([
  ["reshard", () => ({ verb: "reshard", target: idOf(0), ranges: [[12180, 12184]] })],
  ["add-node", () => ({ verb: "add-node", node: { endpoint: spare.endpoint }, role: "replica", primaryId: idOf(0) })],
  ["replicate", () => ({ verb: "replicate", nodeId: spare.id, primaryId: idOf(1) })],
  ["failover", () => ({ verb: "failover", replicaId: idOf(3), mode: "default" })],
])("%s sends what its plan lists, and nothing else", async (_, wish) => {
  const { plan, sent } = await sentBy(wish());
  // MIGRATE goes only to slots that hold keys: 12182 alone.
  const migrates = sent.filter((line) => line.includes("MIGRATE"));
  for (const line of migrates) expect(listed(plan)).toContain(line);
  const others = (lines: readonly string[]) => lines.filter((line) => !line.includes("MIGRATE")).sort();
  expect(others(sent)).toEqual(others(listed(plan)));
});
