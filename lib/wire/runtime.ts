import { z } from "zod";
import { clusterIdSchema, endpointSchema, nodeIdSchema } from "@/lib/cluster/node";
import type { Of } from "@/lib/of";

/** A node process that this console prepared and may start, stop and signal. */
export const managedNodeSchema = z.object({
  id: z.string(),
  name: z.string(),
  endpoint: endpointSchema,
  busPort: z.int(),
  folder: z.string(),
  engine: z.object({ kind: z.enum(["redis", "valkey", "embedded"]), path: z.string(), version: z.string() }),
  sandbox: z.boolean(),
  /** The cluster it belongs to, as the console last saw it (process and membership are told apart: row N6). */
  clusterId: clusterIdSchema.optional(),
  nodeId: nodeIdSchema.optional(),
  process: z.discriminatedUnion("state", [
    z.object({ state: z.literal("stopped") }),
    z.object({
      state: z.literal("running"),
      pid: z.int(),
      startedMs: z.number(),
      uptimeSec: z.number(),
      rssBytes: z.number(),
    }),
    /** Something else answers on its port, or its pid belongs to another process. */
    z.object({ state: z.literal("foreign"), text: z.string() }),
  ]),
});
export type ManagedNode = Of<typeof managedNodeSchema>;

export const managedActionSchema = z.enum(["start", "stop", "restart", "kill"]);
export type ManagedAction = z.infer<typeof managedActionSchema>;

/** As redis.conf spells them. */
export const maxmemoryPolicies = [
  "noeviction",
  "allkeys-lru",
  "allkeys-lfu",
  "allkeys-random",
  "volatile-lru",
  "volatile-lfu",
  "volatile-random",
  "volatile-ttl",
] as const;

export const prepareNodesSchema = z.object({
  count: z.int().min(1).max(12),
  /** Given: this port and the next free ones; else free ports are found. */
  port: z.int().min(1024).max(65535).optional(),
  fields: z
    .object({
      maxmemoryBytes: z.int().min(0).optional(),
      maxmemoryPolicy: z.enum(maxmemoryPolicies).optional(),
      nodeTimeoutMs: z.int().min(200).max(600_000).optional(),
      appendonly: z.boolean().optional(),
      announceIp: z.string().max(255).optional(),
      password: z.string().min(1).max(512).optional(),
    })
    .default({}),
  start: z.boolean().default(true),
});
export type PrepareNodes = Of<typeof prepareNodesSchema>;
