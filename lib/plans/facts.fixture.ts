import { asClusterId, asNodeId } from "@/lib/cluster/node";
import { countSlots, eachSlot } from "@/lib/cluster/slots";
import type { Topology } from "@/lib/cluster/topology";
import { type CandidateFacts, emptyTopology, type Facts } from "./facts";

/** Facts that say nothing against a plan: what tests change one thing of. */
export function sampleFacts(topology: Topology, changes: Partial<Facts> = {}): Facts {
  const giving = topology.nodes.filter((node) => node.ranges.length > 0);
  return {
    cluster: { id: topology.clusterId, name: topology.clusterId, environment: "sandbox", hasSecrets: false },
    topology,
    slotKeys: Object.fromEntries(
      giving.map((node) => {
        const counts = new Array<number>(16384).fill(-1);
        const perSlot = Math.round((node.stats?.keys ?? 0) / countSlots(node.ranges));
        for (const slot of eachSlot(node.ranges)) counts[slot] = perSlot;
        return [node.id, counts];
      }),
    ),
    sizes: Object.fromEntries(giving.map((node) => [node.id, { bytesPerKey: 200, sampledKeys: 1000 }])),
    nodes: Object.fromEntries(
      topology.nodes.map((node) => [
        node.id,
        {
          usedBytes: node.stats?.usedBytes ?? 0,
          maxBytes: node.stats?.maxBytes ?? 0,
          maxPolicy: node.stats?.maxPolicy ?? "noeviction",
          version: node.stats?.version ?? "7.0.15",
          functionsDigest: "none",
          allowsReplicaMigration: true,
          deniedCommands: [],
          deniedGuards: [],
        },
      ]),
    ),
    candidates: [],
    managed: {},
    ...changes,
  };
}

export function sampleCandidate(k: number, changes: Partial<CandidateFacts> = {}): CandidateFacts {
  const endpoint = { host: `10.20.9.${11 + k}`, port: 7900 + k };
  return {
    newcomer: { endpoint },
    name: `${endpoint.host}:${endpoint.port}`,
    endpoint,
    dial: endpoint,
    reach: "answered",
    id: asNodeId(`cc${String(k + 1).padStart(2, "0")}${"0".repeat(36)}`),
    clusterEnabled: true,
    role: "primary",
    knownNodes: 1,
    slots: 0,
    epoch: 0,
    keys: [],
    engine: "redis",
    version: "7.0.15",
    functions: [],
    busPort: endpoint.port + 10_000,
    busReachable: true,
    nodeTimeoutMs: 15_000,
    maxBytes: 0,
    maxPolicy: "noeviction",
    usedBytes: 1_000_000,
    differs: [],
    syncLogin: "accepted",
    labels: {},
    ...changes,
  };
}

export const noTopology: Topology = emptyTopology(asClusterId("new"));
