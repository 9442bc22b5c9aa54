import { describe, expect, test } from "vitest";
import { SLOT_COUNT } from "@/lib/cluster/slots";
import { Fleet } from "./fleet";
import type { SimulatedNode } from "./simulated-node";

const TIMEOUT_MS = 2000;
/** Silence, gossip of it, the delay before standing, and one attempt that failed: twice four timeouts lie before the next. */
const RECOVERY_MS = 3 * TIMEOUT_MS + 8 * TIMEOUT_MS + 8000;
const START = Number(process.env.SEED ?? 367_459);
const seeds = (count: number) => Array.from({ length: count }, (_, at) => START + at);

/** What a node says of itself: nobody may doubt its word but by a higher epoch. */
const claimsOf = (fleet: Fleet, node: SimulatedNode) => {
  const own = fleet.view(node).find((one) => one.isMyself);
  if (!own) throw new Error(`${node.name} does not know itself`);
  return own;
};

/** At most one primary per slot and epoch, at any moment, dead nodes' files among them. */
function watchEpochs(fleet: Fleet): void {
  const owners = new Map<number, { readonly id: string; readonly text: string }>();
  fleet.watch(300, () => {
    for (const node of fleet.up) {
      const own = claimsOf(fleet, node);
      if (own.role !== "primary" || own.ranges.length === 0) continue;
      const text = own.ranges.map((range) => range.join("-")).join(",");
      const before = owners.get(own.configEpoch);
      if (before && before.id !== own.id)
        throw new Error(
          `epoch ${own.configEpoch} is of ${before.id} (${before.text}) and of ${own.id} (${text})\n${fleet.story()}`,
        );
      owners.set(own.configEpoch, { id: own.id, text });
    }
  });
}

function made(seed: number, shape: { primaries: number; replicas: number }): Fleet {
  const fleet = new Fleet({ seed, ...shape, timeoutMs: TIMEOUT_MS });
  fleet.create();
  watchEpochs(fleet);
  return fleet;
}

const ownedSlots = (fleet: Fleet): number =>
  fleet.up.reduce((sum, node) => {
    const own = claimsOf(fleet, node);
    return sum + (own.role === "primary" ? own.ranges.reduce((all, [first, last]) => all + last - first + 1, 0) : 0);
  }, 0);

describe(`simulated clusters, seeds from ${START}`, () => {
  test.each(seeds(8))("a cluster is made and stays as it is (seed %i)", (seed) => {
    const fleet = made(seed, { primaries: 3, replicas: 1 });
    fleet.network.weather = { fastestMs: 0.1, slowestMs: 200, breaks: 0.002 };
    fleet.run(20_000);
    fleet.until("all to be well", RECOVERY_MS, () => fleet.isWhole());
    expect(fleet.primaries.map((node) => claimsOf(fleet, node).role)).toEqual(["primary", "primary", "primary"]);
    expect(ownedSlots(fleet)).toBe(SLOT_COUNT);
  });

  test.each(seeds(8))("an isolated majority recovers, and the minority joins it again (seed %i)", (seed) => {
    const fleet = made(seed, { primaries: 4, replicas: 2 });
    const lost = fleet.node(0);
    const majority = fleet.nodes.filter((node) => node !== lost);
    fleet.network.cut([[lost]]);
    const isServing = () => majority.every((node) => fleet.info(node, "cluster_state") === "ok");
    fleet.until("the majority to see it", 2 * RECOVERY_MS, () => !isServing());
    fleet.until("the majority to serve again", RECOVERY_MS, isServing);
    expect(fleet.info(lost, "cluster_state")).toBe("fail");
    fleet.network.heal();
    fleet.until("all to agree", RECOVERY_MS, () => fleet.isWhole());
    expect(claimsOf(fleet, lost).role).toBe("replica");
    expect(ownedSlots(fleet)).toBe(SLOT_COUNT);
  });

  test.each(seeds(8))("whatever happens, no slot is without owner when all live again (seed %i)", (seed) => {
    const fleet = made(seed, { primaries: 3, replicas: 2 });
    const { chance, network } = fleet;
    for (let round = 0; round < 6; round++) {
      network.weather = { fastestMs: 0.1, slowestMs: chance.between(1, 400), breaks: chance.between(0, 0.02) };
      const node = chance.pick(fleet.nodes);
      if (node.isUp && chance.happens(0.5)) node.die({ losesDisk: false });
      if (chance.happens(0.5)) network.cut([fleet.nodes.filter(() => chance.happens(0.4))]);
      fleet.run(chance.between(1000, 12_000));
      for (const one of fleet.nodes) if (!one.isUp && chance.happens(0.7)) one.start();
      if (chance.happens(0.6)) network.heal();
      fleet.run(chance.between(1000, 8000));
    }
    for (const one of fleet.nodes) if (!one.isUp) one.start();
    network.heal();
    network.weather = { fastestMs: 0.1, slowestMs: 2, breaks: 0 };
    fleet.until("all to agree", 3 * RECOVERY_MS, () => fleet.isWhole());
    expect(ownedSlots(fleet)).toBe(SLOT_COUNT);
  });
});
