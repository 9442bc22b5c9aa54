import { afterEach, describe, expect, test } from "vitest";
import { formatEndpoint } from "@/lib/cluster/node";
import { eachSlot, type SlotRange } from "@/lib/cluster/slots";
import { type AtomicWay, drivenAt, startWords } from "@/lib/plans/way";
import { Link } from "@/server/link";
import { askOffer } from "@/server/migrate/choose";
import { fill, makeEntries } from "@/server/migrate/testing/data";
import { DeepChecks } from "@/server/observe/deep-check";
import { startCluster, type TestCluster } from "@/server/testing/cluster";
import { startNode } from "@/server/testing/node";
import { until } from "@/server/testing/until";
import { makeEngine, type TestEngine, told, untilState } from "./console.fixture";

/** Whole operations by the servers' own way, on the engines of SHARDBOARD_TEST_ENGINES; elsewhere not run, and said. */
const BASE = 9460;
const ranges: SlotRange[] = [[200, 399]];
const engines = (process.env.SHARDBOARD_TEST_ENGINES ?? "").split(",").filter(Boolean);
const subjects: { readonly engine: string; readonly way: string }[] = [];
for (const engine of engines) {
  const node = await startNode({ port: BASE, engine });
  const link = await Link.open({ endpoint: node.endpoint });
  for (const way of (await askOffer(link)).ways) subjects.push({ engine, way });
  link.close();
  await node.close();
}

let cluster: TestCluster | undefined;
const lives: TestEngine[] = [];
afterEach(async () => {
  for (const life of lives.splice(0)) await life.close();
  await cluster?.close();
  cluster = undefined;
});

test("says where it ran", () => {
  const names = subjects.map(({ way, engine }) => `${way} on ${engine}`).join("; ");
  process.stdout.write(`atomic operations ran: ${names || "not run, no engine offers a way"}\n`);
});

describe.each(subjects)("$way", ({ engine, way }) => {
  async function begin() {
    const made = await startCluster({ basePort: BASE, primaries: 3, replicas: 0, engine });
    cluster = made;
    const [a, b] = made.primaries;
    if (!a || !b) throw new Error("no primaries");
    await fill([{ node: a, ranges }], makeEntries({ slots: eachSlot(ranges), keysPerSlot: 200 }));
    const life = makeEngine();
    lives.push(life);
    const id = await life.connect(BASE);
    const plan = await life.plan(id, { verb: "reshard", target: b.id, ranges });
    expect(plan.movesBy?.way).toBe(way);
    return { life, plan };
  }

  test("what the plan lists is what is sent, and the end is proved", async () => {
    const { life, plan } = await begin();
    const operation = await life.run(plan);
    expect(operation.state, told(operation)).toBe("succeeded");
    const lines = life.operations.transcript(operation.id, { after: 0, limit: 5000 }).filter((line) => line.mutates);
    expect(lines.map((line) => `${formatEndpoint(line.endpoint)}> ${line.command}`)).toEqual(plan.commands.raw);
    expect(operation.steps[0]).toMatchObject({ slotsMoved: 200, keysMoved: 40_000 });
  });

  test("a task of somebody else is a finding of the check, until it has ended", async () => {
    const { life, plan } = await begin();
    const [source, target] = cluster?.primaries ?? [];
    if (!source || !target) throw new Error("no primaries");
    const isSource = drivenAt[way as AtomicWay] === "source";
    const [driver, other] = isSource ? [source, target] : [target, source];
    const tasksFound = async () => {
      const { findings } = await new DeepChecks({ ...life, now: Date.now }).run(plan.clusterId);
      return findings.filter(({ code }) => code === "foreign-task");
    };
    expect(await tasksFound()).toEqual([]);
    other.freeze();
    await driver.call(...startWords(way as AtomicWay, ranges, target.id));
    const found = await tasksFound();
    other.thaw();
    expect(found).toMatchObject([{ nodeIds: expect.arrayContaining([driver.id]), ranges }]);
    await until("the task to end", 20_000, async () => (await tasksFound()).length === 0);
  });

  test("the console ends under a task and comes again: it goes on by the same way", async () => {
    const { life, plan } = await begin();
    const { id } = await life.start(plan);
    await life.close({ keepFolder: true });
    lives.splice(0);
    const next = makeEngine({ folder: life.folder });
    lives.push(next);
    await next.operations.recover();
    const operation = await untilState(next, { ...next.operations.get(plan.clusterId, id) }, (now) =>
      ["succeeded", "failed", "paused"].includes(now.state),
    );
    expect(operation.state, told(operation)).toBe("succeeded");
    expect(operation.plan.movesBy?.way).toBe(way);
  });
});
