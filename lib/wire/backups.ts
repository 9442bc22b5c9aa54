import { z } from "zod";
import { backupIdSchema } from "@/lib/backup-ref";
import { clusterIdSchema, nodeIdSchema, nodeLabelsSchema, nodeRoleSchema } from "@/lib/cluster/node";
import { slotRangeSchema } from "@/lib/cluster/slots";
import type { Of } from "@/lib/of";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const fileName = z.string().regex(/^[a-z0-9-]{1,40}\.(rdb|json)$/);

/** One shard's snapshot, as it was verified on its way to disk. */
export const shardFileSchema = z.object({
  shard: z.int(),
  file: fileName,
  bytes: z.int(),
  sha256,
  /** In all databases. */
  keys: z.int(),
  expiring: z.int(),
  databases: z.array(z.object({ db: z.int(), keys: z.int() })),
  functions: z.int(),
  /** What its keys took in the memory of the node that was asked; absent in backups made before it was written down. */
  memoryBytes: z.number().optional(),
  rdb: z.object({ family: z.enum(["redis", "valkey"]), version: z.int() }),
  /** Whether the server wrote a checksum of its own (rdbchecksum). */
  checksum: z.enum(["verified", "absent"]),
  primaryId: nodeIdSchema,
  ranges: z.array(slotRangeSchema),
  from: z.object({ nodeId: nodeIdSchema, address: z.string(), role: nodeRoleSchema }),
  /** The snapshot holds every write up to this offset of this history, and none after. */
  replId: z.string(),
  offset: z.number(),
  /** Of the primary, asked right after; absent when it could not be, or has another history. */
  primaryOffset: z.number().optional(),
  takenAtMs: z.number(),
  savedAtMs: z.number(),
});
export type ShardFile = Of<typeof shardFileSchema>;

/** What one node said of itself, without secrets; `leftOut` says what is missing and why. */
export const savedNodeSchema = z.object({
  id: nodeIdSchema,
  address: z.string(),
  role: nodeRoleSchema,
  primaryId: nodeIdSchema.optional(),
  configEpoch: z.number(),
  ranges: z.array(slotRangeSchema),
  engine: z.string().optional(),
  version: z.string().optional(),
  labels: nodeLabelsSchema,
  config: z.record(z.string(), z.string()).optional(),
  /** CLUSTER NODES, as it stands in nodes.conf. */
  view: z.string().optional(),
  /** ACL LIST, password hashes taken out. */
  acl: z.array(z.string()).optional(),
  leftOut: z.array(z.string()),
});
export type SavedNode = Of<typeof savedNodeSchema>;

/** Written last: a folder without it is no backup. */
export const backupManifestSchema = z.object({
  format: z.literal(1),
  id: backupIdSchema,
  clusterId: clusterIdSchema,
  clusterName: z.string(),
  operationId: z.int(),
  startedBy: z.string(),
  createdMs: z.number(),
  sealedMs: z.number(),
  signature: z.string(),
  currentEpoch: z.number(),
  shards: z.array(shardFileSchema),
  nodes: z.object({ file: fileName, bytes: z.int(), sha256, nodes: z.int() }),
  keys: z.int(),
  bytes: z.int(),
  /** Between the first and the last snapshot. */
  skewMs: z.number(),
  /** The most that a snapshot was behind its primary; absent when one could not be told. */
  lagBytes: z.number().optional(),
});
export type BackupManifest = Of<typeof backupManifestSchema>;

export const backupSummarySchema = z.object({
  id: backupIdSchema,
  /** `partial`: no manifest, the operation did not come to its end. `unreadable`: there is one that says nothing. */
  state: z.enum(["sealed", "partial", "unreadable"]),
  createdMs: z.number(),
  operationId: z.int(),
  shards: z.int().optional(),
  keys: z.int().optional(),
  bytes: z.int().optional(),
});
export type BackupSummary = Of<typeof backupSummarySchema>;
