import { describe, expect, test } from "vitest";
import { Keyspace } from "../keyspace/keyspace";
import { commandBytes } from "../wire/command-bytes";
import { SnapshotJob } from "./snapshot-job";
import { Network, seededRandom } from "./testing/network";
import { RawPeer } from "./testing/raw-peer";
import { collectingClient, SimNode } from "./testing/sim-node";
import { stringCodec } from "./testing/string-codec";

const SEED = Number(process.env.SEED ?? 4);
const MARK = "m".repeat(40);
const ID = "a".repeat(40);

function snapshot(): Buffer {
  const keyspace = new Keyspace(1, { now: () => 0 });
  for (let at = 0; at < 40; at++)
    keyspace.first.set(
      `key-${at}`,
      { type: "string", bytes: Buffer.from("x".repeat(at)) },
      at % 2 ? 5_000_000 : undefined,
    );
  const parts: Buffer[] = [];
  const write = (bytes: Buffer) => void parts.push(bytes);
  new SnapshotJob({ keyspace, codec: stringCodec, aux: { "repl-stream-db": "0" }, write }).step(() => false);
  return Buffer.concat(parts);
}

/** What a primary says from +FULLRESYNC on. */
function transcript(): Buffer {
  const commands = [
    ["SELECT", "0"],
    ["SET", "a", "1"],
    ["MULTI"],
    ["DEL", "key-1"],
    ["EXEC"],
    ["REPLCONF", "GETACK", "*"],
  ];
  return Buffer.concat([
    Buffer.from(`+FULLRESYNC ${ID} 100\r\n\n$EOF:${MARK}\r\n`),
    snapshot(),
    Buffer.from(MARK),
    ...commands.map(commandBytes),
  ]);
}

function damage(bytes: Buffer, random: () => number): Buffer {
  const damaged = Buffer.from(bytes);
  const place = () => Math.floor(random() * damaged.length);
  for (let hits = 1 + Math.floor(random() * 4); hits > 0; hits--) damaged[place()] = Math.floor(random() * 256);
  const kind = random();
  if (kind < 0.2) return damaged.subarray(0, place());
  if (kind < 0.4) return Buffer.concat([damaged.subarray(0, place()), damaged.subarray(place())]);
  return damaged;
}

describe(`bytes that nobody should send, seed ${SEED}`, () => {
  test("a primary that sends anything but what it should", { timeout: 60_000 }, () => {
    const random = seededRandom(SEED);
    const network = new Network(SEED);
    const replica = new SimNode(network, 7000);
    const primary = new RawPeer(network, 7001);
    const sound = transcript();
    let bytes = sound;
    primary.answer = ([name, what]) => {
      if (name === "PSYNC") return bytes;
      return Buffer.from(name === "PING" ? "+PONG\r\n" : what === "ACK" ? "" : "+OK\r\n");
    };
    replica.set("mine", "1");
    replica.replication.follow(primary.address);
    for (let round = 0; round < 200; round++) {
      bytes = damage(sound, random);
      // Anew each time: what it could not hold would keep it from asking again for long.
      replica.replication.lead();
      replica.replication.follow(primary.address);
      network.run(600);
    }
    bytes = sound;
    replica.replication.lead();
    replica.replication.follow(primary.address);
    expect(network.runUntil(() => replica.replication.link === "connected", 70_000)).toBe(true);
    network.run(100);
    expect(replica.contents()).toContain("0 a 1");
    expect(replica.contents()).not.toContain("key-1 ");
  });

  test("a primary of random bytes", { timeout: 60_000 }, () => {
    const random = seededRandom(SEED);
    const network = new Network(SEED);
    const replica = new SimNode(network, 7000);
    const primary = new RawPeer(network, 7001);
    primary.answer = () => Buffer.from(Array.from({ length: 500 }, () => Math.floor(random() * 256)));
    replica.set("mine", "1");
    replica.replication.follow(primary.address);
    network.run(200_000);
    expect(replica.contents()).toBe("0 mine 1 undefined");
  });

  test("a replica that says anything is let go, and the others are served", { timeout: 60_000 }, () => {
    const random = seededRandom(SEED);
    const network = new Network(SEED);
    const primary = new SimNode(network, 7000);
    const other = new SimNode(network, 7001);
    other.replication.follow(primary.address);
    expect(network.runUntil(() => other.replication.link === "connected")).toBe(true);
    const stranger = new RawPeer(network, 7002);
    for (let round = 0; round < 200; round++) {
      const send = stranger.dial(primary.address);
      network.run(100);
      send(commandBytes(["PSYNC", "?", "-1"]));
      network.run(100);
      const word = () =>
        Buffer.from(Array.from({ length: Math.floor(random() * 40) }, () => Math.floor(random() * 256)));
      if (round % 3 === 0) send(commandBytes(["REPLCONF", "ACK", word()]));
      else if (round % 3 === 1)
        send(
          Buffer.concat([
            Buffer.from("*99999999\r\n"),
            ...Array.from({ length: 30_000 }, () => Buffer.from("$5\r\nxxxxx\r\n")),
          ]),
        );
      else send(Buffer.from(Array.from({ length: 3000 }, () => Math.floor(random() * 256))));
      primary.set(`round-${round}`, "1");
      network.run(100);
    }
    network.leave(stranger);
    network.run(1000);
    expect(primary.replication.replicas).toHaveLength(1);
    expect(other.contents()).toBe(primary.contents());
  });

  test("a target of MIGRATE that answers anything: the key is there, or said to be there by it", {
    timeout: 60_000,
  }, () => {
    const random = seededRandom(SEED);
    const network = new Network(SEED);
    const source = new SimNode(network, 7000);
    const target = new RawPeer(network, 7001);
    target.answer = () => {
      const length = Math.floor(random() * 100);
      return Buffer.from(Array.from({ length }, () => (random() < 0.2 ? 0x0a : Math.floor(random() * 256))));
    };
    for (let round = 0; round < 300; round++) {
      const { client, answers } = collectingClient();
      source.set("k", "v");
      source.call(client, "MIGRATE", "127.0.0.1", "7001", "k", "0", "300");
      expect(network.runUntil(() => client.block === undefined, 5000)).toBe(true);
      expect(answers).toHaveLength(1);
      expect([source.isHeld, source.keyspace.first.holds("k")]).toEqual([false, answers[0] !== "+OK\r\n"]);
    }
  });
});
