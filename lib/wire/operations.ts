import { z } from "zod";
import { endpointSchema, nodeIdSchema } from "@/lib/cluster/node";
import type { Of } from "@/lib/of";
import { operationSchema } from "@/lib/operation";
import { scheduleSchema } from "@/lib/schedule";

export const startOperationSchema = z.object({
  planId: z.string(),
  /** The name typed at Confirm, where the plan asks for it. */
  typed: z.string().max(128).optional(),
  /** Why a hold is overridden; lands in the audit. */
  reason: z.string().max(1000).optional(),
  goOnAfterRestart: z.boolean().default(true),
  /** Absent: now. */
  schedule: scheduleSchema.optional(),
});
export type StartOperation = Of<typeof startOperationSchema>;

/** One command of an operation, to whom, what came back. Key lists as count, bytes and first name; values never. */
export const transcriptEntrySchema = z.object({
  id: z.int(),
  operationId: z.int(),
  atMs: z.number(),
  nodeId: nodeIdSchema.optional(),
  endpoint: endpointSchema,
  command: z.string(),
  reply: z.string(),
  ok: z.boolean(),
  mutates: z.boolean(),
  tookMs: z.number(),
});
export type TranscriptEntry = Of<typeof transcriptEntrySchema>;

export const operationListSchema = z.array(operationSchema);
export const operationActionSchema = z.enum(["pause", "resume", "cancel", "cut-over"]);
export type OperationAction = z.infer<typeof operationActionSchema>;
