import { QueryClient } from "@tanstack/react-query";
import { describe, expect, it } from "vitest";
import type { NodeId } from "@/lib/cluster/node";
import { samplePrimaryId, sampleTopology } from "@/lib/cluster/sample";
import type { ClusterSnapshot, ClusterSummary } from "@/lib/wire/clusters";
import type { LiveEvent } from "@/lib/wire/live";
import { foldEvent } from "./fold";
import { History } from "./history";
import { keys } from "./queries";

const topology = sampleTopology({ primaries: 3, replicas: 1 });
const id = topology.clusterId;
const summary: ClusterSummary = {
  id,
  name: "sample",
  environment: "sandbox",
  state: "ok",
  findings: { bad: 0, warn: 0, note: 0 },
  nodesAnswering: 6,
  nodesKnown: 6,
  ribbon: [],
  hasSecrets: false,
  tls: false,
};
const base = { seq: 7, atMs: topology.atMs + 1000, clusterId: id };

function loaded(): QueryClient {
  const client = new QueryClient();
  client.setQueryData<ClusterSnapshot>(keys.cluster(id), { summary, topology, findings: [] });
  client.setQueryData(keys.clusters, [summary]);
  return client;
}

const picture = (client: QueryClient) => client.getQueryData<ClusterSnapshot>(keys.cluster(id));

describe("foldEvent", () => {
  it("takes a new picture and leaves an older one aside", () => {
    const client = loaded();
    const older = { ...topology, atMs: topology.atMs - 1, signature: "older" };
    foldEvent(client, { type: "topology", ...base, topology: older, findings: [] });
    expect(picture(client)?.topology?.signature).toBe(topology.signature);
    const newer = { ...topology, atMs: topology.atMs + 1, signature: "newer" };
    foldEvent(client, { type: "topology", ...base, topology: newer, findings: [] });
    expect(picture(client)?.topology?.signature).toBe("newer");
  });

  it("keeps the last reading of a node that falls silent", () => {
    const client = loaded();
    const silent = { kind: "silent", sinceMs: 5, code: "unreachable", message: "refused" } as const;
    foldEvent(client, { type: "heartbeat", ...base, nodes: [{ id: samplePrimaryId(1), answer: silent }] });
    const node = picture(client)?.topology?.nodes.find((one) => one.id === samplePrimaryId(1));
    expect(node?.answer).toEqual(silent);
    expect(node?.stats).toEqual(topology.nodes[1]?.stats);
  });

  it("adds, changes and drops clusters, and reads nothing that nobody asked for", () => {
    const client = loaded();
    foldEvent(client, { type: "cluster", ...base, summary: { ...summary, state: "down" } });
    expect(client.getQueryData<ClusterSummary[]>(keys.clusters)?.[0]?.state).toBe("down");
    expect(picture(client)?.summary.state).toBe("down");
    foldEvent(client, { type: "cluster", ...base });
    expect(client.getQueryData(keys.clusters)).toEqual([]);
    const empty = new QueryClient();
    foldEvent(empty, { type: "cluster", ...base, summary });
    expect(empty.getQueryData(keys.clusters)).toBeUndefined();
  });

  it("reads everything again after a reset", () => {
    const client = loaded();
    foldEvent(client, { type: "reset", seq: 1, atMs: 1 });
    expect(client.getQueryState(keys.clusters)?.isInvalidated).toBe(true);
    expect(client.getQueryState(keys.cluster(id))?.isInvalidated).toBe(true);
  });
});

describe("History", () => {
  it("leaves a gap for a node that did not answer", () => {
    const history = new History();
    const node = (
      nodeId: NodeId,
      opsPerSec: number | undefined,
    ): Extract<LiveEvent, { type: "heartbeat" }>["nodes"][number] => {
      const stats = topology.nodes[0]?.stats;
      return opsPerSec === undefined || !stats
        ? { id: nodeId, answer: { kind: "silent", sinceMs: 1, code: "unreachable", message: "refused" } }
        : { id: nodeId, answer: { kind: "answered", atMs: 1, rttMs: 1 }, stats: { ...stats, opsPerSec } };
    };
    history.take({ type: "heartbeat", ...base, nodes: [node(samplePrimaryId(0), 10), node(samplePrimaryId(1), 5)] });
    history.take({
      type: "heartbeat",
      ...base,
      nodes: [node(samplePrimaryId(0), undefined), node(samplePrimaryId(1), 6)],
    });
    expect(history.cluster(id).opsPerSec.slice(-2)).toEqual([15, 6]);
    expect(history.node(id, samplePrimaryId(0)).slice(-2)).toEqual([10, undefined]);
  });
});
