import { describe, expect, it } from "vitest";
import { asNodeId } from "@/lib/cluster/node";
import { samplePrimaryId, sampleTopology } from "@/lib/cluster/sample";
import type { ManagedNode } from "@/lib/wire/runtime";
import { fits, passes, rowsOf } from "./node-rows";

const managed = (id: string, more: Partial<ManagedNode>): ManagedNode => ({
  id,
  name: id,
  endpoint: { host: "127.0.0.1", port: 7100 },
  busPort: 17100,
  folder: `/data/${id}`,
  engine: { kind: "redis", path: "/usr/bin/redis-server", version: "7.0.15" },
  sandbox: false,
  process: { state: "stopped" },
  ...more,
});

describe("rows of the Nodes screen", () => {
  const topology = sampleTopology({ primaries: 3, replicas: 1, dead: [4] });

  it("puts a process beside its member and strangers at the end", () => {
    const rows = rowsOf(topology, [
      managed("mine", { nodeId: samplePrimaryId(0) }),
      managed("free", { nodeId: asNodeId("c".repeat(40)) }),
      managed("others", { clusterId: "elsewhere" as ManagedNode["clusterId"], nodeId: asNodeId("d".repeat(40)) }),
    ]);
    expect(rows).toHaveLength(7);
    expect(rows[0]).toMatchObject({ managed: { id: "mine" }, shard: { index: 1 } });
    expect(rows.at(-1)).toMatchObject({ key: "free", member: undefined });
  });

  it("keeps a shard together, its primary first", () => {
    const rows = rowsOf(topology, []);
    expect(rows.map((row) => [row.shard?.index, row.member?.role])).toEqual(
      [1, 2, 3].flatMap((index) => [
        [index, "primary"],
        [index, "replica"],
      ]),
    );
  });

  it("finds trouble, and by what is typed", () => {
    const rows = rowsOf(topology, []);
    expect(rows.filter((row) => passes(row, "trouble"))).toHaveLength(1);
    expect(rows.filter((row) => fits(row, "shard 2"))).toHaveLength(2);
    expect(rows.filter((row) => fits(row, "HOST-3"))).toHaveLength(1);
  });
});
