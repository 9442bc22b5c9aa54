import { z } from "zod";
import { findingSchema } from "@/lib/cluster/finding";
import { clusterIdSchema, nodeIdSchema, nodeStatsSchema } from "@/lib/cluster/node";
import { answerSchema, topologySchema } from "@/lib/cluster/topology";
import { detailsSchema } from "@/lib/errors";
import type { Of } from "@/lib/of";
import { operationEventSchema } from "@/lib/operation";
import { clusterSummarySchema } from "./clusters";
import { managedNodeSchema } from "./runtime";

/** Something that changed in a cluster, kept for good: the timeline. */
export const timelineEntrySchema = z.object({
  seq: z.int(),
  clusterId: clusterIdSchema,
  atMs: z.number(),
  code: z.enum([
    "node-joined",
    "node-left",
    "node-silent",
    "node-answers",
    "pfail",
    "fail",
    "fail-cleared",
    "promoted",
    "demoted",
    "reparented",
    "slots-moved",
    "slot-opened",
    "slot-closed",
    "epoch",
    "state",
    "views-differ",
    "views-agree",
    "operation",
  ]),
  nodeIds: z.array(nodeIdSchema),
  details: detailsSchema,
  text: z.string(),
});
export type TimelineEntry = Of<typeof timelineEntrySchema>;

const base = { seq: z.int(), atMs: z.number() };

/**
 * What the one event stream carries. Numbered by `seq` within one life of the console (`bootId`); a reader that asks
 * for a number which is no longer kept, or of another life, gets `reset` and reads its snapshots again.
 */
export const liveEventSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("reset"), ...base }),
  /** Structure, roles, health, epochs or open slots changed. Carries the whole new picture. */
  z.object({
    type: z.literal("topology"),
    ...base,
    clusterId: clusterIdSchema,
    topology: topologySchema,
    findings: z.array(findingSchema),
  }),
  /** Each heartbeat: answers and readings of the nodes; the structure is as before. */
  z.object({
    type: z.literal("heartbeat"),
    ...base,
    clusterId: clusterIdSchema,
    nodes: z.array(z.object({ id: nodeIdSchema, answer: answerSchema, stats: nodeStatsSchema.optional() })),
  }),
  z.object({ type: z.literal("timeline"), ...base, clusterId: clusterIdSchema, entry: timelineEntrySchema }),
  z.object({ type: z.literal("operation"), ...base, clusterId: clusterIdSchema, event: operationEventSchema }),
  z.object({
    type: z.literal("cluster"),
    ...base,
    clusterId: clusterIdSchema,
    summary: clusterSummarySchema.optional(),
  }),
  z.object({ type: z.literal("runtime"), ...base, nodes: z.array(managedNodeSchema) }),
]);
export type LiveEvent = Of<typeof liveEventSchema>;

type WithoutBase<T> = T extends unknown ? Omit<T, "seq" | "atMs"> : never;
/** An event as its maker hands it over; the hub numbers and dates it. */
export type LiveEventBody = WithoutBase<LiveEvent>;
