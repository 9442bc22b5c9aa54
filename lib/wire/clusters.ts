import { z } from "zod";
import { findingSchema } from "@/lib/cluster/finding";
import { clusterIdSchema, endpointSchema, nodeIdSchema, nodeLabelsSchema, viewNodeSchema } from "@/lib/cluster/node";
import { slotRangeSchema, slotRangesSchema } from "@/lib/cluster/slots";
import { topologySchema } from "@/lib/cluster/topology";
import type { Of } from "@/lib/of";
import { operationStateSchema } from "@/lib/operation";
import { verbSchema } from "@/lib/plans/plan";

export const environmentSchema = z.enum(["production", "staging", "sandbox"]);
export type Environment = z.infer<typeof environmentSchema>;

/** A card on the Clusters screen, and the header of every screen. */
export const clusterSummarySchema = z.object({
  id: clusterIdSchema,
  name: z.string(),
  environment: environmentSchema,
  /** Absent until the first answer. */
  engine: z.enum(["redis", "valkey", "shardboard"]).optional(),
  version: z.string().optional(),
  state: topologySchema.shape.state,
  findings: z.object({ bad: z.int(), warn: z.int(), note: z.int() }),
  nodesAnswering: z.int(),
  nodesKnown: z.int(),
  opsPerSec: z.number().optional(),
  usedBytes: z.number().optional(),
  keys: z.number().optional(),
  ribbon: z.array(z.object({ index: z.int(), ranges: z.array(slotRangeSchema), served: z.boolean() })),
  operation: z.object({ id: z.int(), verb: verbSchema, state: operationStateSchema, openSlots: z.int() }).optional(),
  hasSecrets: z.boolean(),
  tls: z.boolean(),
});
export type ClusterSummary = Of<typeof clusterSummarySchema>;

export const clusterSnapshotSchema = z.object({
  summary: clusterSummarySchema,
  /** Absent until the first sweep has ended. */
  topology: topologySchema.optional(),
  findings: z.array(findingSchema),
});
export type ClusterSnapshot = Of<typeof clusterSnapshotSchema>;

const addressMapSchema = z.array(z.object({ announced: endpointSchema, dial: endpointSchema })).max(2000);
/** By node id, or by `host:port` as announced. */
const labelsSchema = z.record(z.string().min(1).max(300), nodeLabelsSchema);

const pem = z.string().max(64 * 1024);

/** How to reach a cluster. Secrets are written, never read back. */
export const connectSchema = z.object({
  name: z.string().trim().min(1).max(64),
  environment: environmentSchema.default("production"),
  seeds: z.array(endpointSchema).min(1).max(16),
  user: z.string().max(128).optional(),
  password: z.string().min(1).max(1024).optional(),
  tls: z
    .object({
      ca: pem.optional(),
      cert: pem.optional(),
      key: pem.optional(),
      serverName: z.string().max(255).optional(),
      /** Named for what it does; a finding stands while it is on. */
      acceptAnyCertificate: z.boolean().default(false),
    })
    .optional(),
  /** Announced address → where the console dials, for NAT and containers. */
  addressMap: addressMapSchema.default([]),
  labels: labelsSchema.default({}),
});
export type Connect = Of<typeof connectSchema>;

const accessSchema = z.object({ user: connectSchema.shape.user, password: connectSchema.shape.password });

/** How a cluster is reached, without its secrets: what the settings of a cluster start from. */
export const connectionSchema = z.object({
  name: z.string(),
  environment: environmentSchema,
  seeds: z.array(endpointSchema),
  addressMap: addressMapSchema,
  labels: labelsSchema,
  user: z.string().optional(),
  hasPassword: z.boolean(),
  tls: z
    .object({
      hasCa: z.boolean(),
      hasCertificate: z.boolean(),
      serverName: z.string().optional(),
      acceptsAny: z.boolean(),
    })
    .optional(),
});
export type Connection = Of<typeof connectionSchema>;

export const updateClusterSchema = z.object({
  name: z.string().trim().min(1).max(64).optional(),
  environment: environmentSchema.optional(),
  // Without a default: what is not named stays as it is.
  labels: labelsSchema.optional(),
  addressMap: addressMapSchema.optional(),
  seeds: connectSchema.shape.seeds.optional(),
  /** Replaces user and password; tried on the nodes before it is kept. */
  access: accessSchema.optional(),
});
export type UpdateCluster = Of<typeof updateClusterSchema>;

/** What one node itself says, raw and parsed: the node's page. */
export const nodePageSchema = z.object({
  nodeId: nodeIdSchema,
  atMs: z.number(),
  rawNodes: z.string(),
  rawInfo: z.string(),
  rawServerInfo: z.string(),
  info: z.record(z.string(), z.string()),
  nodes: z.array(viewNodeSchema),
});
export type NodePage = Of<typeof nodePageSchema>;

/** Keys per slot, counted on each slot's owner. `counts[slot]`; −1: the owner did not answer. */
export const slotKeysSchema = z.object({ atMs: z.number(), counts: z.array(z.int()) });
export type SlotKeys = Of<typeof slotKeysSchema>;

export const measureRequestSchema = z.object({ ranges: slotRangesSchema });
/** A look into a selection: sampled sizes, with how many keys were looked at. */
export const measureSchema = z.object({
  atMs: z.number(),
  slots: z.int(),
  emptySlots: z.int(),
  keys: z.number(),
  sampledKeys: z.int(),
  /** Estimate from the sample; exact when sampledKeys equals keys. */
  bytes: z.number(),
  biggest: z.array(z.object({ key: z.string(), slot: z.int(), type: z.string(), bytes: z.number() })),
});
export type Measure = Of<typeof measureSchema>;
