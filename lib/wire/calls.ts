import { z } from "zod";
import { nodeIdSchema, nodeRoleSchema } from "@/lib/cluster/node";
import type { Of } from "@/lib/of";

/** What one node said. `silent`: it is a member, was meant, and did not answer; nothing is known of it. */
export const callResultSchema = z.object({
  nodeId: nodeIdSchema,
  /** Its address. */
  node: z.string(),
  role: nodeRoleSchema,
  outcome: z.enum(["answered", "refused", "silent"]),
  /** The reply as redis-cli writes it, the node's refusal, or why it is silent. */
  text: z.string(),
  /** The reply was longer, and was cut. */
  cut: z.boolean(),
  tookMs: z.number(),
});
export type CallResult = Of<typeof callResultSchema>;

/** `ok`: every node that was meant has answered, and none refused. A script ends with 0 only then. */
export const callReplySchema = z.object({ command: z.string(), ok: z.boolean(), results: z.array(callResultSchema) });
export type CallReply = Of<typeof callReplySchema>;
