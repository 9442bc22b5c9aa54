import { z } from "zod";
import type { Of } from "@/lib/of";
import { slotRangeSchema } from "./slots";

/** 40 hex characters, as CLUSTER MYID prints it. */
export const nodeIdSchema = z
  .string()
  .regex(/^[0-9a-f]{40}$/, "a node id is 40 hex characters")
  .brand("NodeId");
export type NodeId = z.infer<typeof nodeIdSchema>;

export const clusterIdSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, "a cluster id is lower case letters, digits and hyphens")
  .brand("ClusterId");
export type ClusterId = z.infer<typeof clusterIdSchema>;

/** Only for values that this code itself got from a server or wrote; input from outside goes through nodeIdSchema. */
export const asNodeId = (text: string): NodeId => text as NodeId;
export const asClusterId = (text: string): ClusterId => text as ClusterId;

export const endpointSchema = z.object({ host: z.string().max(255), port: z.int().min(0).max(65535) });
export type Endpoint = Of<typeof endpointSchema>;

/** `::1` and 7000 give `[::1]:7000`. */
export function formatEndpoint({ host, port }: Endpoint): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

export const nodeRoleSchema = z.enum(["primary", "replica"]);
export type NodeRole = z.infer<typeof nodeRoleSchema>;

/** What other nodes say of a node: `fail?` on the wire is pfail here. */
export const nodeHealthSchema = z.enum(["ok", "pfail", "fail"]);
export type NodeHealth = z.infer<typeof nodeHealthSchema>;

/** One line of a node's CLUSTER NODES, parsed. Wire spellings (master, slave, fail?) end in the parser. */
export const viewNodeSchema = z.object({
  id: nodeIdSchema,
  /** Announced address; host is empty when the node does not know it (`:0`). */
  endpoint: endpointSchema,
  busPort: z.int(),
  hostname: z.string().optional(),
  isMyself: z.boolean(),
  role: nodeRoleSchema,
  primaryId: nodeIdSchema.optional(),
  health: nodeHealthSchema,
  handshake: z.boolean(),
  noAddress: z.boolean(),
  noFailover: z.boolean(),
  pingSentMs: z.number(),
  pongReceivedMs: z.number(),
  configEpoch: z.number(),
  linkUp: z.boolean(),
  ranges: z.array(slotRangeSchema),
  /** Only on the `myself` line. */
  migrating: z.array(z.object({ slot: z.int(), to: nodeIdSchema })),
  importing: z.array(z.object({ slot: z.int(), from: nodeIdSchema })),
});
export type ViewNode = Of<typeof viewNodeSchema>;

/** CLUSTER INFO, the fields that decide something. */
export const clusterInfoSchema = z.object({
  state: z.enum(["ok", "fail"]),
  slotsAssigned: z.number(),
  slotsOk: z.number(),
  slotsPfail: z.number(),
  slotsFail: z.number(),
  knownNodes: z.number(),
  size: z.number(),
  currentEpoch: z.number(),
  myEpoch: z.number(),
});
export type ClusterInfo = Of<typeof clusterInfoSchema>;

/** What one node answered about the whole cluster. Kept as it is: agreement is judged, never assumed. */
export const viewSchema = z.object({
  from: nodeIdSchema,
  atMs: z.number(),
  nodes: z.array(viewNodeSchema),
  info: clusterInfoSchema,
});
export type View = Of<typeof viewSchema>;

/** INFO and CONFIG readings of one node that the console shows or decides by. Bytes, milliseconds. */
export const nodeStatsSchema = z.object({
  atMs: z.number(),
  engine: z.enum(["redis", "valkey", "shardboard"]),
  version: z.string(),
  runId: z.string(),
  uptimeSec: z.number(),
  loading: z.boolean(),
  keys: z.number(),
  usedBytes: z.number(),
  /** 0: no limit. */
  maxBytes: z.number(),
  maxPolicy: z.string(),
  opsPerSec: z.number(),
  clients: z.number(),
  blockedClients: z.number(),
  netInBytesPerSec: z.number(),
  netOutBytesPerSec: z.number(),
  evictedKeys: z.number(),
  hits: z.number(),
  misses: z.number(),
  replId: z.string(),
  /** This node's own replication offset (on a replica: slave_repl_offset). */
  replOffset: z.number(),
  /** Only on a replica. */
  replLinkUp: z.boolean().optional(),
  replSyncing: z.boolean().optional(),
  /** Bytes behind its primary; absent when either side is silent or the replication ids differ. */
  lagBytes: z.number().optional(),
});
export type NodeStats = Of<typeof nodeStatsSchema>;

export const nodeLabelsSchema = z.object({
  host: z.string().optional(),
  rack: z.string().optional(),
  zone: z.string().optional(),
});
export type NodeLabels = Of<typeof nodeLabelsSchema>;
