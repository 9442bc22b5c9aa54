import { asClusterId, asNodeId, type Endpoint, type NodeId, type NodeLabels, type NodeStats } from "./node";
import { normalizeRanges, SLOT_COUNT, type SlotRange, type SlotRanges, subtractRanges } from "./slots";
import type { OpenSlot, Topology, TopologyNode } from "./topology";

/**
 * Pictures of clusters that are made up, for tests and for looking at screens: `sampleTopology({ primaries: 3,
 * replicas: 1 })` is a healthy 3+3 cluster. Ids are readable: aa01… is the first primary, bb01… its first replica.
 */
export type SampleOptions = {
  readonly primaries: number;
  /** Of each primary. */
  readonly replicas: number;
  readonly name?: string;
  /** What primary k owns; as redis-cli cuts them when absent. */
  readonly ranges?: readonly SlotRanges[];
  /** Positions in `nodes` (primaries first) that do not answer and that the others call failed. */
  readonly dead?: readonly number[];
  /** Nodes are spread over so many hosts in turn; one host a node when absent. */
  readonly hosts?: number;
  readonly keysPerSlot?: number;
  readonly open?: readonly OpenSlot[];
  readonly nodeTimeoutMs?: number;
  readonly version?: string;
  readonly atMs?: number;
};

export const samplePrimaryId = (k: number): NodeId => idOf("aa", k);
export const sampleReplicaId = (k: number): NodeId => idOf("bb", k);

function idOf(prefix: string, k: number): NodeId {
  const head = `${prefix}${String(k + 1).padStart(2, "0")}`;
  let state = (k + 1) * 2654435761 + prefix.charCodeAt(0);
  let tail = "";
  while (tail.length < 36) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    tail += state.toString(16).padStart(8, "0");
  }
  return asNodeId((head + tail).slice(0, 40));
}

export function sampleTopology(options: SampleOptions): Topology {
  const { primaries, replicas, dead = [], open = [], atMs = 1_790_000_000_000 } = options;
  const total = primaries * (1 + replicas);
  const nodes = Array.from({ length: total }, (_, i) => sampleNode(i, options, atMs));
  const shards = Array.from({ length: primaries }, (_, k) => {
    const primary = nodes[k] as TopologyNode;
    const ranges = primary.ranges;
    const slots = ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
    return {
      index: k + 1,
      primaryId: primary.id,
      replicaIds: nodes.filter((n) => n.primaryId === primary.id).map((n) => n.id),
      ranges,
      slots,
      keys: slots * (options.keysPerSlot ?? 10),
    };
  });
  const unserved = shards.filter((_, k) => dead.includes(k)).flatMap((shard) => shard.ranges);
  const answering = total - dead.length;
  return {
    clusterId: asClusterId(options.name ?? "sample"),
    atMs,
    state: unserved.length > 0 ? "down" : dead.length > 0 ? "degraded" : "ok",
    currentEpoch: total,
    nodes,
    shards,
    uncovered: subtractRanges(
      [[0, SLOT_COUNT - 1]],
      shards.flatMap((shard) => shard.ranges),
    ),
    unserved: normalizeRanges(unserved),
    openSlots: [...open],
    agreement: { agree: answering, answering, known: total },
    signature: signatureOf(nodes),
    nodeTimeoutMs: options.nodeTimeoutMs ?? 15_000,
  };
}

/** Not the observer's hash: only equal for equal pictures and different for different ones. */
function signatureOf(nodes: readonly TopologyNode[]): string {
  const text = nodes
    .map((n) => [n.id, n.role, n.primaryId, JSON.stringify(n.ranges), n.configEpoch].join(" "))
    .join("\n");
  let hash = 5381;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 33) ^ text.charCodeAt(i)) >>> 0;
  return hash.toString(16).padStart(8, "0");
}

function sampleNode(i: number, options: SampleOptions, atMs: number): TopologyNode {
  const { primaries, dead = [], hosts } = options;
  const isPrimary = i < primaries;
  const shard = i % primaries;
  const id = isPrimary ? samplePrimaryId(i) : sampleReplicaId(i - primaries);
  const host = hosts === undefined ? i : i % hosts;
  const endpoint: Endpoint = { host: `10.20.${1 + Math.floor(host / 200)}.${11 + (host % 200)}`, port: 7000 + i };
  const isDead = dead.includes(i);
  const ranges = isPrimary ? rangesOfPrimary(i, options) : [];
  const labels: NodeLabels = { host: `host-${host + 1}` };
  const slots = ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
  return {
    id,
    endpoint,
    dial: endpoint,
    busPort: endpoint.port + 10_000,
    role: isPrimary ? "primary" : "replica",
    ...(isPrimary ? {} : { primaryId: samplePrimaryId(shard) }),
    health: isDead ? "fail" : "ok",
    reporters: [],
    answer: isDead
      ? {
          kind: "silent",
          sinceMs: atMs - 20_000,
          lastAnsweredMs: atMs - 20_000,
          code: "unreachable",
          message: "ECONNREFUSED",
        }
      : { kind: "answered", atMs, rttMs: 0.3 },
    configEpoch: isPrimary ? i + 1 : shard + 1,
    ranges,
    noAddress: false,
    handshake: false,
    noFailover: false,
    labels,
    stats: sampleStats({
      atMs,
      keys: slots * (options.keysPerSlot ?? 10),
      isPrimary,
      version: options.version ?? "7.0.15",
    }),
    ...(isDead
      ? {}
      : {
          view: {
            agrees: true,
            knownNodes: primaries * (1 + options.replicas),
            currentEpoch: primaries * (1 + options.replicas),
            state: "ok" as const,
            differs: [],
          },
        }),
  };
}

function rangesOfPrimary(k: number, { primaries, ranges }: SampleOptions): SlotRange[] {
  if (ranges) return normalizeRanges(ranges[k] ?? []);
  const step = SLOT_COUNT / primaries;
  const first = k === 0 ? 0 : Math.round(k * step - 1) + 1;
  return [[first, k === primaries - 1 ? SLOT_COUNT - 1 : Math.round((k + 1) * step - 1)]];
}

function sampleStats(options: { atMs: number; keys: number; isPrimary: boolean; version: string }): NodeStats {
  const { atMs, keys, isPrimary, version } = options;
  return {
    atMs,
    engine: "redis",
    version,
    runId: "0".repeat(40),
    uptimeSec: 86_400,
    loading: false,
    keys,
    usedBytes: 2_000_000 + keys * 200,
    maxBytes: 0,
    maxPolicy: "noeviction",
    opsPerSec: isPrimary ? 1200 : 40,
    clients: 12,
    blockedClients: 0,
    netInBytesPerSec: 40_000,
    netOutBytesPerSec: 60_000,
    evictedKeys: 0,
    hits: 1000,
    misses: 10,
    replId: "1".repeat(40),
    replOffset: 1_000_000,
    ...(isPrimary ? {} : { replLinkUp: true, replSyncing: false, lagBytes: 0 }),
  };
}
