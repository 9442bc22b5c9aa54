import { asClusterId, asNodeId } from "@/lib/cluster/node";
import { countSlots, eachSlot } from "@/lib/cluster/slots";
import type { Topology, TopologyNode } from "@/lib/cluster/topology";
import { type ImportSource, sourceName } from "@/lib/import-source";
import type { BackupManifest } from "@/lib/wire/backups";
import { type CandidateFacts, emptyTopology, type Facts, type ProcessFacts, type SourceFacts } from "./facts";

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

export function sampleManifest(changes: Partial<BackupManifest> = {}): BackupManifest {
  const id = asNodeId("b".repeat(40));
  const shard = {
    shard: 1,
    file: "shard-1.rdb",
    bytes: 2000,
    sha256: "0".repeat(64),
    keys: 10,
    expiring: 0,
    databases: [{ db: 0, keys: 10 }],
    functions: 0,
    rdb: { family: "redis", version: 10 },
    checksum: "verified",
    primaryId: id,
    ranges: [[0, 16383]],
    from: { nodeId: id, address: "10.0.0.1:7000", role: "primary" },
    replId: "1".repeat(40),
    offset: 100,
    takenAtMs: 0,
    savedAtMs: 1,
  } as const;
  return {
    format: 1,
    id: "20260101T000000Z-1",
    clusterId: asClusterId("old"),
    clusterName: "Old",
    operationId: 1,
    startedBy: "me",
    createdMs: 0,
    sealedMs: 1,
    signature: "s",
    currentEpoch: 1,
    shards: [shard],
    nodes: { file: "nodes.json", bytes: 2, sha256: "0".repeat(64), nodes: 1 },
    keys: 10,
    bytes: 2000,
    skewMs: 0,
    ...changes,
  };
}

export function sampleProcess(
  { id, endpoint }: Pick<TopologyNode, "id" | "endpoint">,
  changes: Partial<ProcessFacts> = {},
): ProcessFacts {
  const engine = { kind: "redis", path: "/usr/bin/redis-server", version: "7.0.15", rdb: 10 } as const;
  return { managedId: `node-${endpoint.port}`, name: id.slice(0, 4), running: true, endpoint, engine, ...changes };
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

export function sampleSource(source: ImportSource, changes: Partial<SourceFacts> = {}): SourceFacts {
  const name = sourceName(source);
  return {
    source,
    name,
    reach: "answered",
    engine: "redis",
    version: "7.0.15",
    role: "primary",
    clusterEnabled: false,
    runId: name,
    databases: [{ db: 0, keys: 100 }],
    sizes: { bytesPerKey: 200, sampledKeys: 100 },
    deniedCommands: [],
    functions: 0,
    drawn: { keys: 100, differing: [], onOthers: [] },
    ...changes,
  };
}

export const noTopology: Topology = emptyTopology(asClusterId("new"));
