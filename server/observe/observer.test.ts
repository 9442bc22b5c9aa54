import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { NodeId } from "@/lib/cluster/node";
import type { Topology } from "@/lib/cluster/topology";
import { startCluster, type TestCluster } from "@/server/testing/cluster";
import { startNode, type TestNode } from "@/server/testing/node";
import { type Observed, observe } from "@/server/testing/observed";
import { until } from "@/server/testing/until";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
const keep = <T extends { close(): Promise<void> }>(thing: T): T => {
  closers.push(() => thing.close());
  return thing;
};

async function threePlusThree(): Promise<{ cluster: TestCluster; observed: Observed }> {
  const cluster = await startCluster({ basePort: 7230, primaries: 3, replicas: 3 });
  const observed = observe(cluster.nodes);
  await observed.seen("a whole picture", 5000, (t) => t.nodes.length === 6 && t.state === "ok");
  return { cluster, observed };
}
const nodeOf = (topology: Topology | undefined, id: NodeId | undefined) =>
  topology?.nodes.find((node) => node.id === id);
const codes = (o: Observed) => o.observer.snapshot(o.id).findings.map((finding) => finding.code);

describe("a healthy 3+3", () => {
  let cluster: TestCluster;
  let observed: Observed;
  beforeAll(async () => {
    ({ cluster, observed } = await threePlusThree());
  });
  afterAll(async () => {
    await observed?.close();
    await cluster?.close();
  });

  test("is found whole from one seed, with every node's own view, and without findings", async () => {
    const t = await observed.observer.sweep(observed.id);
    expect(t.shards.map((shard) => [shard.index, shard.primaryId, shard.replicaIds, shard.ranges])).toEqual(
      cluster.primaries.map((node, i) => [i + 1, node.id, [cluster.replicas[i]?.id], [cluster.ranges[i]]]),
    );
    expect(t.agreement).toEqual({ agree: 6, answering: 6, known: 6 });
    expect(observed.observer.views(observed.id)).toHaveLength(6);
    await until(
      "the node timeout to be read",
      3000,
      () => observed.observer.snapshot(observed.id).topology?.nodeTimeoutMs === 2000,
    );
    expect(observed.observer.snapshot(observed.id).findings).toEqual([]);
    expect(observed.observer.summary(observed.id)).toMatchObject({
      state: "ok",
      nodesAnswering: 6,
      nodesKnown: 6,
      engine: "redis",
      keys: 0,
    });
    const link = await observed.observer.link(observed.id, t.nodes[3]?.id as NodeId);
    expect(await link.call(["CLUSTER", "MYID"])).toBe(t.nodes[3]?.id);
    expect(await observed.observer.link(observed.id, t.nodes[3]?.id as NodeId)).toBe(link);
  });

  test("costs three commands a node a second, however many look on", async () => {
    const calls = async () => {
      let total = 0;
      for (const node of cluster.nodes)
        for (const [, , count] of String(await node.call("INFO", "commandstats")).matchAll(
          /cmdstat_(info|cluster\|info|cluster\|nodes):calls=(\d+)/g,
        ))
          total += Number(count);
      return total;
    };
    const perNodeSecond = async () => {
      const [before, started] = [await calls(), performance.now()];
      const beats = observed.events.length;
      await until(
        "three beats",
        6000,
        () => observed.events.filter((e, i) => i >= beats && e.type === "heartbeat").length >= 3,
      );
      return (
        ((await calls()) - before - cluster.nodes.length) /
        cluster.nodes.length /
        ((performance.now() - started) / 1000)
      );
    };
    const one = await perNodeSecond();
    for (let i = 0; i < 20; i++) observed.hub.subscribe(() => undefined);
    const many = await perNodeSecond();
    expect(one).toBeLessThanOrEqual(4);
    expect(many).toBeLessThanOrEqual(one + 0.7);
  });

  test("waiting has a deadline that names what was waited for", async () => {
    await expect(
      observed.observer.waitFor(observed.id, () => false, { deadlineMs: 300, what: "pigs to fly" }),
    ).rejects.toMatchObject({ code: "timed_out", message: "Waited 300 ms for pigs to fly." });
  });

  test("a node that is met is found, and one that is forgotten everywhere is dropped", async () => {
    const node = await startNode({ port: 7236 });
    keep(node);
    await cluster.nodes[0]?.call("CLUSTER", "MEET", "127.0.0.1", node.port);
    const seven = await observed.observer.waitFor(observed.id, (t) => t.agreement.agree === 7, {
      deadlineMs: 10_000,
      what: "seven to agree",
    });
    expect(seven.shards.at(-1)).toEqual({
      index: 4,
      primaryId: node.id,
      replicaIds: [],
      ranges: [],
      slots: 0,
      keys: 0,
    });
    for (const member of cluster.nodes) await member.call("CLUSTER", "FORGET", node.id);
    const six = await observed.observer.sweep(observed.id);
    expect(nodeOf(six, node.id)).toBeUndefined();
    await until("both to be told", 5000, () => {
      const told = observed.events.flatMap((e) => (e.type === "timeline" ? [e.entry.code] : []));
      return told.includes("node-joined") && told.includes("node-left");
    });
  });

  test("an open slot is seen with both its sides, and closed", async () => {
    const [source, target] = [cluster.primaries[0] as TestNode, cluster.primaries[1] as TestNode];
    await target.call("CLUSTER", "SETSLOT", 5, "IMPORTING", source.id);
    const half = await observed.observer.sweep(observed.id);
    expect(half.openSlots).toEqual([
      { slot: 5, source: source.id, target: target.id, migratingOn: [], importingOn: [target.id] },
    ]);
    await source.call("CLUSTER", "SETSLOT", 5, "MIGRATING", target.id);
    const open = await observed.seen("both sides", 3000, (t) => t.openSlots[0]?.migratingOn.length === 1);
    expect(open.openSlots[0]?.importingOn).toEqual([target.id]);
    expect(codes(observed)).toContain("slot-open");
    await target.call("CLUSTER", "SETSLOT", 5, "NODE", target.id);
    await source.call("CLUSTER", "SETSLOT", 5, "NODE", target.id);
    await observed.seen("it to be closed", 10_000, (t) => t.openSlots.length === 0 && t.shards[1]?.slots === 5463);
    expect(observed.observer.snapshot(observed.id).topology?.shards.map((shard) => shard.index)).toEqual([1, 2, 3]);
  });
});

describe("trouble", () => {
  test("a killed primary is silent, then failed, then replaced under the same number; it comes back as a replica", async () => {
    const { cluster, observed } = await threePlusThree();
    keep(cluster);
    keep(observed);
    const [victim, heir] = [cluster.primaries[1] as TestNode, cluster.replicas[1] as TestNode];
    // The timeline tells what differs from one beat to the next.
    await until("a beat", 5000, () => observed.events.some(({ type }) => type === "heartbeat"));
    await victim.kill();
    const silent = await observed.seen("silence", 3000, (t) => nodeOf(t, victim.id)?.answer.kind === "silent");
    expect(silent.unserved).toEqual([cluster.ranges[1]]);
    expect(nodeOf(silent, victim.id)).toMatchObject({ role: "primary", ranges: [cluster.ranges[1]] });
    const failed = await observed.seen("fail", 15_000, (t) => nodeOf(t, victim.id)?.health === "fail");
    expect(nodeOf(failed, victim.id)?.reporters.length).toBeGreaterThan(0);
    const replaced = await observed.seen("promotion", 15_000, (t) => t.shards[1]?.primaryId === heir.id);
    expect(replaced.shards.map((shard) => shard.index)).toEqual([1, 2, 3]);
    expect(replaced.shards[1]).toMatchObject({ formerIds: [victim.id], slots: 5462 });
    await victim.start();
    const home = await observed.seen(
      "the old one to follow",
      15_000,
      (t) => t.shards[1]?.replicaIds[0] === victim.id && t.state === "ok",
    );
    expect(home.shards[1]).toMatchObject({ index: 2, primaryId: heir.id });
    await until("no finding to be left", 10_000, () => codes(observed).length === 0);

    const told = observed.observer
      .timeline(observed.id, { limit: 100 })
      .map((entry) => entry.code)
      .reverse();
    const order = ["node-silent", "fail", "promoted", "node-answers", "demoted"].map((code) =>
      told.indexOf(code as never),
    );
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(order).not.toContain(-1);
    expect(told).not.toContain("slots-moved");
  });

  test("a frozen node goes silent within 3 s while the others stay fresh", async () => {
    const { cluster, observed } = await threePlusThree();
    keep(cluster);
    keep(observed);
    const frozen = cluster.primaries[0] as TestNode;
    const at = Date.now();
    frozen.freeze();
    try {
      await observed.seen("silence", 3000, (t) => nodeOf(t, frozen.id)?.answer.kind === "silent");
      const beats = () => observed.events.filter((e) => e.type === "heartbeat" || e.type === "topology").length;
      while (Date.now() - at < 6000) {
        const before = beats();
        await until("the next beat", 2000, () => beats() > before);
        for (const node of observed.observer.snapshot(observed.id).topology?.nodes ?? [])
          if (node.id !== frozen.id && node.answer.kind === "answered")
            expect(Date.now() - node.answer.atMs).toBeLessThan(2200);
      }
      const sweep = performance.now();
      await observed.observer.sweep(observed.id);
      expect(performance.now() - sweep).toBeLessThan(2500);
    } finally {
      frozen.thaw();
    }
    await observed.seen("an answer", 10_000, (t) => nodeOf(t, frozen.id)?.answer.kind === "answered");
  });

  test("a primary that comes back without its nodes.conf is not healthy, though every node says ok", async () => {
    const cluster = keep(await startCluster({ basePort: 7230, primaries: 3, replicas: 0 }));
    const observed = keep(observe(cluster.nodes));
    const [first, , lost] = cluster.primaries as [TestNode, TestNode, TestNode];
    await observed.seen("a whole picture", 5000, (t) => t.state === "ok");
    await lost.kill();
    lost.forgetCluster();
    await lost.start();
    const t = await observed.seen("the address to be lost", 10_000, (t) => nodeOf(t, lost.id)?.noAddress === true);
    expect(String(await first.call("CLUSTER", "INFO"))).toContain("cluster_state:ok");
    expect(t).toMatchObject({ state: "down", unserved: [cluster.ranges[2]] });
    expect(nodeOf(t, lost.id)).toMatchObject({
      endpoint: lost.endpoint,
      answer: { kind: "silent", code: "other_node" },
    });
    expect(codes(observed)).toEqual(expect.arrayContaining(["address-lost", "slots-without-primary"]));
  });
});

describe("no picture", () => {
  test("a wrong password is a clear finding, and no picture is made up", async () => {
    const node = await startNode({ port: 7237, password: "right" });
    keep(node);
    const o = keep(observe([node], { password: "wrong" }));
    await until("the finding", 3000, () => codes(o).includes("node-silent"));
    expect(o.observer.snapshot(o.id)).toMatchObject({
      topology: undefined,
      findings: [{ details: { reason: expect.stringMatching(/refused the user name or password/) } }],
    });
    await expect(o.observer.sweep(o.id)).rejects.toMatchObject({ code: "unauthenticated" });
    expect(o.observer.summary(o.id).state).toBe("unknown");
  });
});
