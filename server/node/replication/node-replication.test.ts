import { describe, expect, test, vi } from "vitest";
import { Network, seededRandom } from "./testing/network";
import { collectingClient, SimNode } from "./testing/sim-node";

vi.setConfig({ testTimeout: 30_000 });

const SEED = Number(process.env.SEED ?? 20261125);

function nodes(count: number, seed = SEED) {
  const network = new Network(seed);
  const list = Array.from({ length: count }, (_, at) => new SimNode(network, 7000 + at));
  return { network, nodes: list as [SimNode, SimNode, SimNode] };
}

const isConnected = (node: SimNode) => node.replication.link === "connected";
const same = (a: SimNode, b: SimNode) => a.contents() === b.contents() && a.replication.offset === b.replication.offset;

function followed(count: number) {
  const all = nodes(count);
  const [primary, ...others] = all.nodes;
  for (let at = 0; at < 100; at++) primary.set(`key-${at}`, `value-${at}`, { db: at % 3 });
  for (const other of others) other.replication.follow(primary.address);
  expect(all.network.runUntil(() => others.every(isConnected))).toBe(true);
  all.network.run(1000);
  return all;
}

describe(`replication of two nodes, seed ${SEED}`, () => {
  test("a full copy and what is written after it", () => {
    const { network, nodes } = followed(2);
    const [primary, replica] = nodes;
    expect(replica.contents()).toBe(primary.contents());
    primary.set("later", "1", { db: 2, expiresAtMs: 9_000_000 });
    primary.delete("key-0");
    network.run(200);
    expect(same(primary, replica)).toBe(true);
    expect(replica.contents()).toContain("2 later 1 9000000");
  });

  test("writes during the copy are in the replica once, however slowly it takes", () => {
    const { network, nodes: all } = nodes(2);
    const [primary, replica] = all;
    for (let at = 0; at < 2000; at++) primary.set(`key-${at}`, "x".repeat(200));
    network.takes = 3000;
    replica.replication.follow(primary.address);
    for (let round = 0; round < 300; round++) {
      primary.set(`key-${round * 7}`, `during-${round}`);
      primary.delete(`key-${round * 3 + 1}`);
      primary.set(`new-${round}`, "1");
      network.run(100);
    }
    expect(network.runUntil(() => isConnected(replica) && same(primary, replica), 60_000)).toBe(true);
  });

  test("a broken link goes on from where it was", () => {
    const { network, nodes } = followed(2);
    const [primary, replica] = nodes;
    for (let round = 0; round < 20; round++) {
      primary.set(`round-${round}`, "1");
      network.breakAll(replica);
      primary.set(`after-${round}`, "1");
      expect(network.runUntil(() => same(primary, replica))).toBe(true);
    }
    expect(primary.replication.counts.full).toBe(1);
    expect(primary.replication.counts.partial).toBe(20);
  });

  test("what the backlog does not hold any more is copied anew", () => {
    const { network, nodes } = followed(2);
    const [primary, replica] = nodes;
    primary.settings.set("repl-backlog-size", "16384");
    network.leave(primary);
    for (let at = 0; at < 100; at++) primary.set(`big-${at}`, "x".repeat(1000));
    primary.tick();
    network.join(primary);
    expect(network.runUntil(() => isConnected(replica) && same(primary, replica))).toBe(true);
    expect(primary.replication.counts.full).toBe(2);
  });

  test("a copy that breaks leaves the data that was there", () => {
    const { network, nodes: all } = nodes(2);
    const [primary, replica] = all;
    for (let at = 0; at < 500; at++) primary.set(`key-${at}`, "x".repeat(100));
    replica.set("mine", "1");
    network.takes = 500;
    replica.replication.follow(primary.address);
    expect(network.runUntil(() => replica.replication.link === "sync")).toBe(true);
    network.run(300);
    network.leave(primary);
    network.run(5000);
    expect(replica.contents()).toBe("0 mine 1 undefined");
    network.join(primary);
    network.takes = 100_000;
    expect(network.runUntil(() => isConnected(replica) && replica.contents() === primary.contents())).toBe(true);
  });

  test("a replica that takes too little is let go, and the stream keeps no more for it", () => {
    const { network, nodes } = followed(2);
    const [primary, replica] = nodes;
    primary.settings.set("client-output-buffer-limit", "normal 0 0 0 slave 1200000 0 0 pubsub 0 0 0");
    network.takes = 0;
    network.run(100);
    for (let at = 0; at < 14; at++) {
      primary.set(`big-${at}`, "x".repeat(100_000));
      network.run(100);
    }
    expect(primary.replication.replicas).toHaveLength(0);
    const { stream } = primary.replication.followers;
    expect((stream?.end ?? 0) - (stream?.start ?? 0)).toBeLessThan(1_200_000);
    network.takes = Number.POSITIVE_INFINITY;
    expect(network.runUntil(() => isConnected(replica) && same(primary, replica), 90_000)).toBe(true);
  });

  test("a transaction counts when its end is there", () => {
    const { network, nodes } = followed(2);
    const [primary, replica] = nodes;
    const before = replica.replication.offset;
    primary.replication.tell(0, ["MULTI"]);
    primary.set("a", "1");
    network.run(200);
    expect(replica.contents()).not.toContain("0 a 1");
    expect(replica.replication.offset).toBe(before + "*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n".length);
    network.breakAll(replica);
    primary.set("b", "1");
    primary.replication.tell(0, ["EXEC"]);
    expect(network.runUntil(() => same(primary, replica))).toBe(true);
    expect(replica.contents()).toContain("0 b 1");
    expect(primary.replication.counts.full).toBe(1);
  });
});

describe("chains and changes of the primary", () => {
  test("a replica of a replica has the same stream", () => {
    const { network, nodes: all } = nodes(3);
    const [top, middle, leaf] = all;
    for (let at = 0; at < 50; at++) top.set(`key-${at}`, "1", { db: at % 2 });
    middle.replication.follow(top.address);
    expect(network.runUntil(() => isConnected(middle))).toBe(true);
    leaf.replication.follow(middle.address);
    expect(network.runUntil(() => isConnected(leaf))).toBe(true);
    top.set("later", "1", { db: 1 });
    network.run(500);
    expect(same(top, leaf)).toBe(true);
    network.breakAll(middle);
    top.set("again", "1", { db: 1 });
    expect(network.runUntil(() => same(top, leaf))).toBe(true);
    expect(leaf.replication.identity.id).toBe(top.replication.identity.id);
  });

  test("after a failover all go on without a full copy", () => {
    const { network, nodes } = followed(3);
    const [old, next, third] = nodes;
    old.set("last", "1");
    network.run(200);
    network.leave(old);
    next.replication.lead();
    third.replication.follow(next.address);
    next.set("first of the new", "1");
    expect(network.runUntil(() => isConnected(third) && same(next, third))).toBe(true);
    network.join(old);
    old.replication.follow(next.address);
    expect(network.runUntil(() => isConnected(old) && same(next, old))).toBe(true);
    expect(next.replication.counts.full).toBe(0);
    expect(next.replication.counts.partial).toBe(2);
    expect(old.replication.identity.id).toBe(next.replication.identity.id);
  });

  test("what the old primary wrote alone is not kept", () => {
    const { network, nodes } = followed(3);
    const [old, next] = nodes;
    network.breakAll(old);
    old.set("alone", "1");
    next.replication.lead();
    next.set("new", "1");
    old.replication.follow(next.address);
    expect(network.runUntil(() => isConnected(old) && same(next, old))).toBe(true);
    expect(next.replication.counts.full).toBe(1);
    expect(old.contents()).not.toContain("alone");
  });

  test("any order of writes, breaks and slow links ends in equal data", () => {
    for (let seed = SEED; seed < SEED + 4; seed++) {
      const random = seededRandom(seed);
      const { network, nodes: all } = nodes(3, seed);
      const [primary, ...replicas] = all;
      primary.settings.set("repl-backlog-size", "20000");
      for (const replica of replicas) replica.replication.follow(primary.address);
      for (let round = 0; round < 80; round++) {
        for (let write = 0; write < 10; write++) {
          const key = `key-${Math.floor(random() * 300)}`;
          if (random() < 0.2) primary.delete(key);
          else primary.set(key, "x".repeat(Math.floor(random() * 500)), { db: Math.floor(random() * 2) });
        }
        network.takes = 500 + Math.floor(random() * 20_000);
        if (random() < 0.05) network.breakAll(random() < 0.5 ? primary : (replicas[0] as SimNode));
        network.run(100);
      }
      network.takes = Number.POSITIVE_INFINITY;
      const isSettled = () => replicas.every((replica) => isConnected(replica) && same(primary, replica));
      expect(network.runUntil(isSettled, 60_000), `seed ${seed}`).toBe(true);
    }
  });
});

describe("what a primary knows of its replicas", () => {
  test("WAIT is answered when they have it, or at its time", () => {
    const { network, nodes } = followed(3);
    const [primary] = nodes;
    const { client, answers } = collectingClient();
    primary.set("a", "1");
    client.lastWriteOffset = primary.replication.offset;
    primary.call(client, "WAIT", "2", "0");
    expect(client.block?.reason).toBe("wait");
    network.run(100);
    expect(answers).toEqual([":2\r\n"]);
    expect(client.block).toBeUndefined();
    primary.set("b", "1");
    client.lastWriteOffset = primary.replication.offset;
    network.takes = 0;
    primary.call(client, "WAIT", "1", "500");
    client.block?.timedOut();
    expect(answers.at(-1)).toBe(":0\r\n");
  });

  test("too few good replicas are told, and many again", () => {
    const { network, nodes } = followed(2);
    const [primary, replica] = nodes;
    primary.settings.set("min-replicas-to-write", "1");
    expect(primary.replication.lacksReplicas).toBe(false);
    network.leave(replica);
    expect(primary.replication.lacksReplicas).toBe(true);
    network.join(replica);
    expect(network.runUntil(() => !primary.replication.lacksReplicas)).toBe(true);
  });

  test("a silent primary is dialled again, and a silent replica let go", () => {
    const { network, nodes } = followed(2);
    const [primary, replica] = nodes;
    primary.settings.set("repl-timeout", "5");
    network.takes = 0;
    network.run(6000);
    expect(primary.replication.replicas).toHaveLength(0);
    replica.settings.set("repl-timeout", "5");
    network.takes = Number.POSITIVE_INFINITY;
    expect(network.runUntil(() => isConnected(replica) && same(primary, replica))).toBe(true);
  });

  test("its offset stands still while writes are paused", () => {
    const { network, nodes } = followed(2);
    const [primary] = nodes;
    primary.isPaused = true;
    const { offset } = primary.replication;
    network.run(30_000);
    expect(primary.replication.offset).toBe(offset);
    primary.isPaused = false;
    network.run(11_000);
    expect(primary.replication.offset).toBeGreaterThan(offset);
  });
});
