import { expect, test } from "vitest";
import { shardOfBelief, tellBelief } from "./belief";
import { B, D, HEALTHY, merge, nodeOf, six, view } from "./sample-views";
import type { ViewDigest } from "./topology";

const topology = merge(six());
const sinceMs = 0;

test("a belief is told with the node or the slots that it is about", () => {
  const told = (difference: Omit<ViewDigest["differs"][number], "sinceMs">) =>
    tellBelief({ ...difference, sinceMs }, topology.nodes);
  const d = nodeOf(topology, D)?.endpoint;
  const name = `${d?.host}:${d?.port}`;
  expect(told({ about: "owner", nodeId: B, ranges: [[5461, 5500]], believes: "10.0.0.1:7000" })).toBe(
    "slots 5461–5500 belong to 10.0.0.1:7000",
  );
  expect(told({ about: "owner", ranges: [[5, 5]], believes: "nobody" })).toBe("slot 5 belongs to nobody");
  expect(told({ about: "role", nodeId: D, ranges: [], believes: "replica of 10.0.0.2:7000" })).toBe(
    `${name} is a replica of 10.0.0.2:7000`,
  );
  expect(told({ about: "health", nodeId: D, ranges: [], believes: "pfail" })).toBe(`${name} is PFAIL, not yet FAIL`);
  expect(told({ about: "unknown-node", nodeId: D, ranges: [], believes: "not listed" })).toBe(`${name} is no member`);
});

test("a view that is behind by one move names the slots, and the shard that has them now", () => {
  const moved = HEALTHY.map((text) => text.replace("5461-10922", "5462-10922").replace("0-5460", "0-5461"));
  const t = merge(["a", "b", "c", "d", "e", "f"].map((from) => view(from, from === "d" ? HEALTHY : moved)));
  const [first] = nodeOf(t, D)?.view?.differs ?? [];
  if (!first) throw new Error("no difference");
  expect(tellBelief(first, t.nodes)).toMatch(/^slot 5461 belongs to /);
  expect(shardOfBelief(first, t)?.index).toBe(1);
});
