import { describe, expect, test } from "vitest";
import { Chance } from "../simulation/chance";
import { loneNode } from "../simulation/lone";
import { NodesConfError } from "./nodes-conf";

const A = "be68d628874780b9870143f737ee273521d25b87";
const B = "5d6b81dba7641c42be871c0fe676ad2ac1a2da64";
const C = "9bb09d0a0bfc8feb068d3443bdd1d4cb3a6c15ef";
const D = "de80e1d4b27bd70ed3b55b854d00743a8ff58f6b";

/** As redis-server 7.0.15 wrote it, with a hostname, open slots, a replica, and a node that does not answer. */
const WRITTEN = `${A} 127.0.0.1:7405@17405 myself,master - 0 1795593298000 11 connected 0-99 101-5460 [6000-<-${C}] [6001->-${D}]
${B} 127.0.0.1:7404@17404,replica.one slave ${D} 0 1795593300082 12 connected
${C} 127.0.0.1:7402@17402 master,fail? - 1795593300000 1795593300105 2 disconnected 5461-10922
${D} 127.0.0.1:7403@17403 master - 0 1795593300199 12 connected 10923-16383 100
vars currentEpoch 13 lastVoteEpoch 12
`;

const started = (text: string) => {
  const { node } = loneNode({ "cluster-announce-port": "7405", "cluster-announce-bus-port": "17405" });
  node.disk.write("nodes.conf", Buffer.from(text, "latin1"));
  node.start();
  return node;
};

/** Times and links are of the moment: a node that starts has no link yet. */
const lasting = (text: string) =>
  text
    .split("\n")
    .map((line) => line.replace(/ \d+ \d+ (\d+) (?:dis)?connected/, " $1"))
    .sort();

describe("nodes.conf", () => {
  test("of redis-server is read, and written as it was", () => {
    const node = started(WRITTEN);
    expect(node.cluster.myId).toBe(A);
    expect(node.call("SAVECONFIG")).toBe("OK");
    const written = node.disk.read("nodes.conf")?.toString("latin1") ?? "";
    expect(lasting(written)).toEqual(lasting(WRITTEN.replace("10923-16383 100", "100 10923-16383")));
  });

  test("of before 7.0 has no bus port and no hostname", () => {
    const node = started(
      `${A} 10.0.0.1:7405 myself,master - 0 0 3 connected 0-16383\nvars currentEpoch 3 lastVoteEpoch 0\n`,
    );
    expect(node.call("NODES")).toContain(`${A} 10.0.0.1:7405@17405 myself,master - 0 0 3 connected 0-16383`);
  });

  test("that is empty or absent makes a new node, which is on disk at once", () => {
    const node = started("");
    expect(node.disk.read("nodes.conf")?.toString("latin1")).toBe(
      `${node.cluster.myId} :7405@17405 myself,master - 0 0 0 connected\nvars currentEpoch 0 lastVoteEpoch 0\n`,
    );
  });

  test.each([
    ["nobody is myself", WRITTEN.replace("myself,", "")],
    ["an ID is none", WRITTEN.replace(B, "5d6b")],
    ["a line is cut", `${A} 127.0.0.1:7405@17405 myself,master`],
    ["a flag is unknown", WRITTEN.replace("fail?", "sad")],
    ["a slot is above the last", WRITTEN.replace("0-99", "0-16384")],
    ["an open slot is none", WRITTEN.replace("[6000-<-", "[6000-")],
    ["an epoch is none", WRITTEN.replace("currentEpoch 13", "currentEpoch x")],
    ["the variables are odd", WRITTEN.replace("lastVoteEpoch 12", "lastVoteEpoch")],
  ])("is refused when %s", (_, text) => {
    expect(() => started(text)).toThrow(NodesConfError);
  });

  test("that is damaged anywhere is read or refused, and nothing else", () => {
    const seed = Date.now() % 2 ** 31;
    console.log(`seed ${seed}`);
    const chance = new Chance(seed);
    for (let round = 0; round < 400; round++) {
      const bytes = Buffer.from(WRITTEN, "latin1");
      for (let left = 1 + chance.below(4); left > 0; left--) bytes[chance.below(bytes.length)] = chance.below(256);
      try {
        started(bytes.toString("latin1"));
      } catch (error) {
        if (!(error instanceof NodesConfError)) throw error;
      }
    }
  });
});
