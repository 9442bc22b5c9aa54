import { expect, test } from "vitest";
import { cutRanges, startCluster } from "./cluster";
import { startNode } from "./node";

test("a 3+3 cluster of real servers stands, and goes away with its folder", async () => {
  const cluster = await startCluster({ basePort: 7200, primaries: 3, replicas: 3 });
  try {
    expect(cluster.ranges).toEqual([
      [0, 5460],
      [5461, 10922],
      [10923, 16383],
    ]);
    const text = String(await cluster.nodes[5]?.call("CLUSTER", "NODES"));
    for (const [i, node] of cluster.primaries.entries())
      expect(text).toMatch(new RegExp(`^${node.id} .* ${cluster.ranges[i]?.join("-")}$`, "m"));
    for (const [i, node] of cluster.replicas.entries())
      expect(text).toMatch(new RegExp(`^${node.id} .*slave ${cluster.primaries[i]?.id} `, "m"));
  } finally {
    await cluster.close();
  }
});

test("a node comes back on its port with its id", async () => {
  const node = await startNode({ port: 7206, password: "secret" });
  try {
    const id = await node.call("CLUSTER", "MYID");
    await node.kill();
    await node.start();
    expect(await node.call("CLUSTER", "MYID")).toBe(id);
  } finally {
    await node.close();
  }
});

test("ranges are cut as redis-cli cuts them", () => {
  expect(cutRanges(7).map(([first, last]) => last - first + 1)).toEqual([2341, 2340, 2341, 2340, 2341, 2340, 2341]);
});
