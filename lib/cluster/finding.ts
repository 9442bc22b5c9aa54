import { z } from "zod";
import { detailsSchema } from "@/lib/errors";
import type { Of } from "@/lib/of";
import { nodeIdSchema } from "./node";
import { slotRangeSchema } from "./slots";

export const findingCodes = [
  "node-silent",
  "node-failed",
  "node-pfail",
  "slots-uncovered",
  "slots-without-primary",
  "slot-open",
  "slot-open-on-replica",
  "slot-flag-astray",
  "keys-unowned",
  "foreign-task",
  "views-differ",
  "cluster-state-fail",
  "shard-without-replica",
  "replica-on-primary-host",
  "replica-link-down",
  "replica-lagging",
  "primary-without-slots",
  "several-owners",
  "equal-epochs",
  "address-lost",
  "handshake-ghost",
  "no-majority-if-one-more-fails",
  "memory-near-limit",
  "evicting-policy",
  "versions-differ",
  "certificate-unverified",
] as const;
export type FindingCode = (typeof findingCodes)[number];

export const severitySchema = z.enum(["bad", "warn", "note"]);
export type Severity = z.infer<typeof severitySchema>;

/**
 * Something about a cluster that is not as it should be: data, not an exception. `key` is stable while the same thing
 * stays wrong, so that `sinceMs` can be kept; `verb` is what mends it, when a verb of ours does.
 */
export const findingSchema = z.object({
  key: z.string(),
  code: z.enum(findingCodes),
  severity: severitySchema,
  nodeIds: z.array(nodeIdSchema),
  ranges: z.array(slotRangeSchema),
  details: detailsSchema,
  verb: z.string().optional(),
  sinceMs: z.number(),
});
export type Finding = Of<typeof findingSchema>;
