import { describe, expect, it } from "vitest";
import { samplePrimaryId, sampleReplicaId, sampleTopology } from "@/lib/cluster/sample";
import type { ManagedNode } from "@/lib/wire/runtime";
import { troubleOf } from "./ways-out";

const stopped: ManagedNode = {
  id: "n1",
  name: "n1",
  endpoint: { host: "127.0.0.1", port: 7001 },
  busPort: 17001,
  folder: "/data/n1",
  engine: { kind: "redis", path: "/usr/bin/redis-server", version: "7.0.15" },
  sandbox: true,
  nodeId: samplePrimaryId(1),
  process: { state: "stopped" },
};

describe("troubleOf", () => {
  const broken = sampleTopology({ primaries: 3, replicas: 2, dead: [1], nodeTimeoutMs: 5000 });
  const late = broken.atMs + 60_000;

  it("is nothing while every slot is served", () => {
    expect(troubleOf(sampleTopology({ primaries: 3, replicas: 1 }), [], 0)).toBeUndefined();
  });

  it("counts the slots and offers what loses least first", () => {
    const trouble = troubleOf(broken, [stopped], late);
    expect(trouble).toMatchObject({ slots: 5462, unowned: 0, sinceMs: broken.atMs - 20_000 });
    expect(trouble?.shards).toHaveLength(1);
    expect(trouble?.shards[0]?.ways.map((way) => way.kind)).toEqual(["start", "failover", "failover"]);
    expect(trouble?.shards[0]?.ways[1]).toMatchObject({
      draft: { verb: "failover", replicaId: sampleReplicaId(1), mode: "force" },
    });
  });

  it("says to wait as long as an election may still come", () => {
    const soon = broken.atMs - 20_000 + 3000;
    expect(troubleOf(broken, [], soon)?.shards[0]?.waitUntilMs).toBe(broken.atMs - 20_000 + 12_000);
    expect(troubleOf(broken, [], late)?.shards[0]?.waitUntilMs).toBeUndefined();
  });

  it("does not promise an heir that is silent too", () => {
    const both = sampleTopology({ primaries: 3, replicas: 1, dead: [1, 4] });
    expect(troubleOf(both, [], late)?.shards[0]).toMatchObject({ heirs: [], ways: [], waitUntilMs: undefined });
  });
});
