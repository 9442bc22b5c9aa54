import { z } from "zod";
import type { Of } from "@/lib/of";
import {
  clusterIdSchema,
  endpointSchema,
  nodeHealthSchema,
  nodeIdSchema,
  nodeLabelsSchema,
  nodeRoleSchema,
  nodeStatsSchema,
} from "./node";
import { slotRangeSchema } from "./slots";

/** What came of asking one node. A node that does not answer has an outcome, not an absence. */
export const answerSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("answered"), atMs: z.number(), rttMs: z.number() }),
  z.object({
    kind: z.literal("silent"),
    sinceMs: z.number(),
    lastAnsweredMs: z.number().optional(),
    code: z.string(),
    message: z.string(),
  }),
]);
export type Answer = Of<typeof answerSchema>;

/** How one node's view relates to the merged picture. `differs` says what this node believes instead, by name. */
export const viewDigestSchema = z.object({
  agrees: z.boolean(),
  knownNodes: z.number(),
  currentEpoch: z.number(),
  state: z.enum(["ok", "fail"]),
  differs: z.array(
    z.object({
      about: z.enum(["owner", "role", "health", "unknown-node"]),
      nodeId: nodeIdSchema.optional(),
      ranges: z.array(slotRangeSchema),
      believes: z.string(),
      sinceMs: z.number(),
    }),
  ),
});
export type ViewDigest = Of<typeof viewDigestSchema>;

export const topologyNodeSchema = z.object({
  id: nodeIdSchema,
  /** As announced to clients and other nodes. */
  endpoint: endpointSchema,
  /** Where the console dials, after the address map. */
  dial: endpointSchema,
  busPort: z.int(),
  hostname: z.string().optional(),
  role: nodeRoleSchema,
  primaryId: nodeIdSchema.optional(),
  /** Worst state that any answering node reports, and who reports it. */
  health: nodeHealthSchema,
  reporters: z.array(nodeIdSchema),
  answer: answerSchema,
  configEpoch: z.number(),
  /** From its own line while it answers; else what the majority of answering primaries believe. */
  ranges: z.array(slotRangeSchema),
  noAddress: z.boolean(),
  handshake: z.boolean(),
  noFailover: z.boolean(),
  labels: nodeLabelsSchema,
  /** Last known, with its own atMs; absent when never read. */
  stats: nodeStatsSchema.optional(),
  /** Absent while the node has never answered. */
  view: viewDigestSchema.optional(),
});
export type TopologyNode = Of<typeof topologyNodeSchema>;

/** A primary with its replicas. `index` is given when first seen and kept through failover: the shard's colour and number, from 1. */
export const shardSchema = z.object({
  index: z.int(),
  /** The node that owns the slots now; may be failed or silent. */
  primaryId: nodeIdSchema,
  replicaIds: z.array(nodeIdSchema),
  /** Primaries that lost this shard's slots to a failover and have not come back as replicas yet. */
  formerIds: z.array(nodeIdSchema).optional(),
  /** Disjoint between shards: where several nodes claim a slot, the highest config epoch has it. */
  ranges: z.array(slotRangeSchema),
  slots: z.int(),
  keys: z.number().optional(),
});
export type Shard = Of<typeof shardSchema>;

/** Both halves of a slot on its way, as far as either side shows it. */
export const openSlotSchema = z.object({
  slot: z.int(),
  source: nodeIdSchema.optional(),
  target: nodeIdSchema.optional(),
  /** Which sides carry a flag: a one-sided one is a finding. */
  migratingOn: z.array(nodeIdSchema),
  importingOn: z.array(nodeIdSchema),
});
export type OpenSlot = Of<typeof openSlotSchema>;

export const topologySchema = z.object({
  clusterId: clusterIdSchema,
  atMs: z.number(),
  /** ok: every slot is served by a primary that answers. */
  state: z.enum(["ok", "degraded", "down", "unknown"]),
  currentEpoch: z.number(),
  nodes: z.array(topologyNodeSchema),
  shards: z.array(shardSchema),
  uncovered: z.array(slotRangeSchema),
  /** Slots whose owner is failed or silent. */
  unserved: z.array(slotRangeSchema),
  openSlots: z.array(openSlotSchema),
  agreement: z.object({ agree: z.int(), answering: z.int(), known: z.int() }),
  /** Hash over node ids, roles, parents, owners and epochs: what a plan is made for. Addresses and ports stay out. */
  signature: z.string(),
  nodeTimeoutMs: z.number(),
});
export type Topology = Of<typeof topologySchema>;
