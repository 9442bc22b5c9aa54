import { z } from "zod";
import { troubleSchema } from "@/lib/cluster/diagnose";
import { findingSchema } from "@/lib/cluster/finding";
import { nodeIdSchema } from "@/lib/cluster/node";
import { topologySchema } from "@/lib/cluster/topology";
import type { Of } from "@/lib/of";

/** Every view read, and the keys of every slot counted on every primary: what the heartbeat does not ask. */
export const deepCheckSchema = z.object({
  atMs: z.number(),
  tookMs: z.number(),
  /** No finding but notes, and every primary was counted. */
  healthy: z.boolean(),
  topology: topologySchema,
  findings: z.array(findingSchema),
  /** What is wrong with the ownership of slots, with key counts: what `fix` would mend. */
  troubles: z.array(troubleSchema),
  /** Primaries whose keys could not be counted. */
  notCounted: z.array(nodeIdSchema),
});
export type DeepCheck = Of<typeof deepCheckSchema>;

/** The last one, as long as no operation has ended since. */
export const lastCheckSchema = z.object({ check: deepCheckSchema.optional() });
