import { describe, expect, test } from "vitest";
import { slotOf } from "../keyspace/database";
import { Fleet } from "./fleet";
import type { SimulatedNode } from "./simulated-node";

const TIMEOUT_MS = 2000;
const SOON_MS = 30_000;
const START = Number(process.env.SEED ?? 367_459);
const seeds = (count: number) => Array.from({ length: count }, (_, at) => START + at);

function made(seed: number, shape: { primaries: number; replicas: number }): Fleet {
  const fleet = new Fleet({ seed, ...shape, timeoutMs: TIMEOUT_MS });
  fleet.create();
  fleet.run(1000);
  return fleet;
}

const roleOf = (fleet: Fleet, node: SimulatedNode) => fleet.view(node).find((one) => one.isMyself);
const isPrimary = (fleet: Fleet, node: SimulatedNode) => roleOf(fleet, node)?.role === "primary";

describe(`failovers of simulated clusters, seeds from ${START}`, () => {
  test.each(seeds(6))(
    "an operator's failover waits for the data, holds writes back and lets them go (seed %i)",
    (seed) => {
      const fleet = made(seed, { primaries: 3, replicas: 1 });
      const old = fleet.node(0);
      const [heir] = fleet.replicasOf(0) as [SimulatedNode];
      for (let at = 0; at < 50; at++) old.replication.tell();
      expect(heir.call("FAILOVER")).toBe("OK");
      let wasHeld = false;
      let offset = -1;
      fleet.watch(10, () => {
        if (old.pausedUntilMs < 0) return;
        wasHeld = true;
        offset = old.replication.offset;
      });
      fleet.until("the heir to lead", 5000, () => isPrimary(fleet, heir) && !isPrimary(fleet, old));
      expect(wasHeld).toBe(true);
      expect(heir.replication.offset).toBe(offset);
      fleet.until("all to agree, and writes to go on", SOON_MS, () => fleet.isWhole() && old.pausedUntilMs < 0);
    },
  );

  test.each(seeds(6))("without its primary an heir needs FORCE, without a majority TAKEOVER (seed %i)", (seed) => {
    const fleet = made(seed, { primaries: 3, replicas: 1 });
    const [first] = fleet.replicasOf(0) as [SimulatedNode];
    const [second] = fleet.replicasOf(1) as [SimulatedNode];
    fleet.node(0).die({ losesDisk: false });
    fleet.run(100);
    expect(() => first.call("FAILOVER")).toThrow(/Master is down or failed, please use CLUSTER FAILOVER FORCE/);
    expect(first.call("FAILOVER", "FORCE")).toBe("OK");
    const forced = fleet.until("the forced one to lead", 5000, () => isPrimary(fleet, first));
    // Sooner than anybody could have noticed that the primary is gone.
    expect(forced).toBeLessThan(TIMEOUT_MS);
    fleet.node(1).die({ losesDisk: false });
    fleet.node(2).die({ losesDisk: false });
    fleet.run(3 * TIMEOUT_MS);
    expect(isPrimary(fleet, second)).toBe(false);
    expect(second.call("FAILOVER", "TAKEOVER")).toBe("OK");
    expect(isPrimary(fleet, second)).toBe(true);
    for (const node of fleet.nodes) if (!node.isUp) node.start();
    fleet.until("all to agree", 2 * SOON_MS, () => fleet.isWhole());
    expect(isPrimary(fleet, second)).toBe(true);
  });

  test.each(seeds(3))(
    "a replica that stopped following is passed over, unless an operator says FORCE (seed %i)",
    (seed) => {
      const fleet = made(seed, { primaries: 3, replicas: 1 });
      const [heir] = fleet.replicasOf(0) as [SimulatedNode];
      heir.replication.halted = 'it told "XADD"';
      expect(() => heir.call("FAILOVER")).toThrow(/would lose what came since: it told "XADD"/);
      fleet.node(0).die({ losesDisk: false });
      fleet.run(SOON_MS);
      expect(isPrimary(fleet, heir)).toBe(false);
      expect(heir.log.join("\n")).toContain("What my master told could not be done here");
      expect(heir.call("FAILOVER", "FORCE")).toBe("OK");
      fleet.until("the heir to lead", 5000, () => isPrimary(fleet, heir));
    },
  );

  test.each(seeds(6))("of two replicas the one with more data takes the place (seed %i)", (seed) => {
    const fleet = made(seed, { primaries: 3, replicas: 2 });
    const old = fleet.node(0);
    const [behind, ahead] = fleet.replicasOf(0) as [SimulatedNode, SimulatedNode];
    fleet.network.cut([[behind]]);
    for (let at = 0; at < 50; at++) old.replication.tell();
    fleet.run(400);
    old.die({ losesDisk: false });
    fleet.run(200);
    fleet.network.heal();
    fleet.until("one of them to lead", SOON_MS, () => isPrimary(fleet, ahead) || isPrimary(fleet, behind));
    expect(isPrimary(fleet, ahead)).toBe(true);
  });

  test.each(seeds(4))("a primary without replicas gets one of a shard that has two (seed %i)", (seed) => {
    const fleet = made(seed, { primaries: 3, replicas: 2 });
    for (const node of fleet.replicasOf(0)) node.die({ losesDisk: false });
    const owner = fleet.node(0).cluster.myId;
    fleet.until("a replica to move", SOON_MS, () => fleet.up.some((node) => roleOf(fleet, node)?.primaryId === owner));
    const movers = fleet.up.filter((node) => roleOf(fleet, node)?.primaryId === owner);
    expect(movers.length).toBe(1);
  });

  test.each(seeds(4))("a node that comes back without its disk is a stranger and harms nothing (seed %i)", (seed) => {
    const fleet = made(seed, { primaries: 3, replicas: 1 });
    const lost = fleet.node(0);
    lost.die({ losesDisk: true });
    lost.start();
    const rest = fleet.up.filter((node) => node !== lost);
    fleet.until("the rest to serve without it", SOON_MS, () =>
      rest.every((node) => fleet.info(node, "cluster_state") === "ok" && fleet.info(node, "cluster_size") === "3"),
    );
    expect(fleet.view(lost).length).toBe(1);
  });

  test("keys of a slot that another claims under a higher epoch are deleted, where it was not being imported", () => {
    const fleet = made(START, { primaries: 3, replicas: 0 });
    const [a, b] = [fleet.node(0), fleet.node(1)];
    const key = Array.from({ length: 1000 }, (_, at) => `k${at}`).find((one) => slotOf(one) < 5000) ?? "";
    const slot = String(slotOf(key));
    const { first } = a.parts.keyspace;
    first.set(key, { type: "string", bytes: Buffer.from("v") });
    // B takes the slot without A: what a wrong order of SETSLOT does.
    b.call("SETSLOT", slot, "IMPORTING", a.cluster.myId);
    b.call("SETSLOT", slot, "NODE", b.cluster.myId);
    fleet.until("A to give way", SOON_MS, () => fleet.isWhole());
    expect(first.holds(key)).toBe(false);
    // Two equal epochs cannot stand: SETSLOT made B's the highest.
    expect(Number(fleet.info(b, "cluster_my_epoch"))).toBeGreaterThan(Number(fleet.info(a, "cluster_my_epoch")));
  });

  test.each(seeds(4))("equal epochs of two primaries part, and no slot is lost by it (seed %i)", (seed) => {
    const fleet = made(seed, { primaries: 3, replicas: 0 });
    fleet.network.cut([[fleet.node(0)], [fleet.node(1)], [fleet.node(2)]]);
    for (const node of fleet.nodes.slice(0, 2)) node.call("BUMPEPOCH");
    fleet.network.heal();
    fleet.until("all to agree", SOON_MS, () => fleet.isWhole());
    const epochs = () => new Set(fleet.nodes.map((node) => fleet.info(node, "cluster_my_epoch")));
    fleet.until("the epochs to differ", SOON_MS, () => epochs().size === 3);
  });
});
