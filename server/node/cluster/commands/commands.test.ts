import { describe, expect, test } from "vitest";
import { CommandError } from "../../command";
import { slotOf } from "../../keyspace/database";
import { loneNode } from "../../simulation/lone";
import { isIP } from "./ip";

const A = "a".repeat(40);
const B = "b".repeat(40);
const R = "c".repeat(40);
const X = "d".repeat(40);
const CONF = `${A} 10.0.0.1:7000@17000 myself,master - 0 0 1 connected 0-8191
${B} 10.0.0.2:7001@17001 master - 0 0 2 connected 8192-16382
${R} 10.0.0.3:7002@17002 slave ${B} 0 0 2 connected
vars currentEpoch 2 lastVoteEpoch 0
`;

function started(conf = CONF) {
  const { node } = loneNode();
  node.disk.write("nodes.conf", Buffer.from(conf));
  node.start();
  const line = (...words: readonly string[]) => {
    try {
      return node.call(...words);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      return error.line;
    }
  };
  const hold = (key: string) => node.parts.keyspace.first.set(key, { type: "string", bytes: Buffer.from("v") });
  return { node, line, hold };
}

describe("CLUSTER", () => {
  test.each([
    ["ADDSLOTS 5", "ERR Slot 5 is already busy"],
    ["ADDSLOTS x", "ERR Invalid or out of range slot"],
    ["ADDSLOTS 16384", "ERR Invalid or out of range slot"],
    ["ADDSLOTS 16383 16383", "ERR Slot 16383 specified multiple times"],
    ["ADDSLOTS 16383", "OK"],
    ["DELSLOTS 16383", "ERR Slot 16383 is already unassigned"],
    ["DELSLOTS 3", "OK"],
    ["ADDSLOTSRANGE 9 8", "ERR start slot number 9 is greater than end slot number 8"],
    ["ADDSLOTSRANGE 1 2 3", "ERR wrong number of arguments for 'cluster|addslotsrange' command"],
    ["DELSLOTSRANGE 1 2 4 5", "OK"],
    ["COUNTKEYSINSLOT 16384", "ERR Invalid slot"],
    ["COUNTKEYSINSLOT x", "ERR value is not an integer or out of range"],
    ["GETKEYSINSLOT 1 -1", "ERR Invalid slot or number of keys"],
    ["KEYSLOT {a}b", slotOf("a")],
    ["SETSLOT 9000 MIGRATING x", "ERR I'm not the owner of hash slot 9000"],
    [`SETSLOT 1 MIGRATING ${X}`, `ERR I don't know about node ${X}`],
    [`SETSLOT 1 MIGRATING ${R}`, "ERR Target node is not a master"],
    [`SETSLOT 1 IMPORTING ${B}`, "ERR I'm already the owner of hash slot 1"],
    [`SETSLOT 1 NODE ${X}`, `ERR Unknown node ${X}`],
    [`SETSLOT 1 NODE ${R}`, "ERR Target node is not a master"],
    ["SETSLOT 1 ELSEWHERE", "ERR Invalid CLUSTER SETSLOT action or number of arguments. Try CLUSTER HELP"],
    ["MEET somewhere 7000", "ERR Invalid node address specified: somewhere:7000"],
    ["MEET 10.0.0.9 x", "ERR Invalid TCP base port specified: x"],
    ["MEET 10.0.0.9 70000", "ERR Invalid node address specified: 10.0.0.9:70000"],
    [`FORGET ${A}`, "ERR I tried hard but I can't forget myself..."],
    [`FORGET ${X}`, `ERR Unknown node ${X}`],
    [`REPLICATE ${A}`, "ERR Can't replicate myself"],
    [`REPLICATE ${R}`, "ERR I can only replicate a master, not a replica."],
    [`REPLICATE ${B}`, "ERR To set a master the node must be empty and without assigned slots."],
    [`REPLICAS ${R}`, "ERR The specified node is not a master"],
    ["FAILOVER", "ERR You should send CLUSTER FAILOVER to a replica"],
    ["FAILOVER NOW", "ERR syntax error"],
    ["SET-CONFIG-EPOCH 9", "ERR The user can assign a config epoch only when the node does not know any other node."],
    ["BUMPEPOCH", "BUMPED 3"],
    ["RESET QUICK", "ERR syntax error"],
    [`COUNT-FAILURE-REPORTS ${B}`, 0],
    ["MYID", A],
  ])("%s answers %s", (words, answer) => {
    expect(started().line(...words.split(" "))).toEqual(answer);
  });

  test("SETSLOT moves a slot only when it is empty, and the importer's epoch rises", () => {
    const key = Array.from({ length: 100 }, (_, at) => `k${at}`).find((one) => slotOf(one) < 8192) ?? "";
    const slot = String(slotOf(key));
    const { line, hold, node } = started();
    hold(key);
    expect(line("SETSLOT", slot, "MIGRATING", B)).toBe("OK");
    expect(node.call("NODES")).toContain(`[${slot}->-${B}]`);
    expect(line("SETSLOT", slot, "NODE", B)).toBe(
      `ERR Can't assign hashslot ${slot} to a different node while I still hold keys for this hash slot.`,
    );
    node.parts.keyspace.first.delete(key);
    expect(line("SETSLOT", slot, "NODE", B)).toBe("OK");
    expect(node.call("NODES")).not.toContain("->-");
    expect(line("SETSLOT", slot, "IMPORTING", B)).toBe("OK");
    expect(line("SETSLOT", slot, "NODE", A)).toBe("OK");
    expect(node.cluster.info()).toContain("cluster_my_epoch:3");
    expect(node.call("NODES")).not.toContain("-<-");
  });

  test("a node that gives its last slot away replicates who got it, where that is allowed", () => {
    const { line, node } = started(CONF.replace("connected 0-8191", "connected 7"));
    expect(line("SETSLOT", "7", "NODE", B)).toBe("OK");
    expect(node.call("NODES")).toContain(`myself,slave ${B}`);
    expect(node.parts.replication.primary).toEqual({ host: "10.0.0.2", port: 7001 });
    expect(line("SETSLOT", "7", "STABLE")).toBe("ERR Please use SETSLOT only with masters.");
    expect(line("FORGET", B)).toBe("ERR Can't forget my master!");
  });

  test("RESET forgets all but itself; HARD itself too; not with keys", () => {
    const { line, hold, node } = started();
    hold("k");
    expect(line("RESET")).toBe("ERR CLUSTER RESET can't be called with master nodes containing keys");
    expect(line("FLUSHSLOTS")).toBe("ERR DB must be empty to perform CLUSTER FLUSHSLOTS.");
    node.parts.keyspace.clear();
    expect(line("RESET", "SOFT")).toBe("OK");
    expect(node.cluster.info()).toEqual(
      expect.arrayContaining(["cluster_known_nodes:1", "cluster_slots_assigned:0", "cluster_current_epoch:2"]),
    );
    expect(node.cluster.myId).toBe(A);
    expect(line("RESET", "HARD")).toBe("OK");
    expect(node.cluster.myId).not.toBe(A);
    expect(line("SET-CONFIG-EPOCH", "7")).toBe("OK");
    expect(line("SET-CONFIG-EPOCH", "8")).toBe("ERR Node config epoch is already non-zero");
  });

  test("SLOTS and SHARDS tell ranges, owners and replicas in the order of slots", () => {
    const { node } = started();
    // A replica that was never heard of has no data yet: SLOTS leaves it out.
    expect(node.call("SLOTS")).toEqual([
      [0, 8191, ["10.0.0.1", 7000, A, new Map()]],
      [8192, 16382, ["10.0.0.2", 7001, B, new Map()]],
    ]);
    const shards = node.call("SHARDS") as readonly Map<string, unknown>[];
    expect(shards.map((shard) => shard.get("slots"))).toEqual([
      [0, 8191],
      [8192, 16382],
    ]);
    const [, nodes] = shards.map((shard) => shard.get("nodes") as readonly Map<string, unknown>[]);
    expect(nodes?.map((one) => [one.get("id"), one.get("role"), one.get("health")])).toEqual([
      [B, "master", "online"],
      [R, "replica", "loading"],
    ]);
  });

  test("keys that nobody owns are taken, and others' are held open, when a node starts", () => {
    const { node, hold } = started();
    const [unowned] = Array.from({ length: 100_000 }, (_, at) => `k${at}`).filter((key) => slotOf(key) === 16383);
    const [others] = Array.from({ length: 100 }, (_, at) => `k${at}`).filter(
      (key) => slotOf(key) === 9000 || slotOf(key) > 8191,
    );
    hold(unowned ?? "");
    hold(others ?? "");
    node.cluster.loaded();
    expect(node.call("NODES")).toContain(`0-8191 16383 [${slotOf(others ?? "")}-<-${B}]`);
  });
});

test.each([
  ["127.0.0.1", true],
  ["256.0.0.1", false],
  ["::1", true],
  ["::", true],
  ["fe80::1:2", true],
  ["1:2:3:4:5:6:7:8", true],
  ["1:2:3:4:5:6:7", false],
  ["1::2::3", false],
  ["::ffff:10.0.0.1", true],
  ["localhost", false],
  ["", false],
])("%s is an address: %s", (text, answer) => {
  expect(isIP(text)).toBe(answer);
});
