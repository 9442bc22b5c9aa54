import { z } from "zod";
import { clusterIdSchema, nodeIdSchema } from "@/lib/cluster/node";
import { slotRangeSchema } from "@/lib/cluster/slots";
import { detailsSchema } from "@/lib/errors";
import type { Of } from "@/lib/of";
import type { Role } from "@/lib/wire/access";
import { stepSchema } from "./step";
import { movesBySchema } from "./way";

export const verbs = [
  "create",
  "reshard",
  "rebalance",
  "add-node",
  "remove-node",
  "scale-out",
  "scale-in",
  "drain",
  "failover",
  "replicate",
  "fix",
  "config",
  "set-timeout",
  "call",
  "meet",
  "forget",
  "add-slots",
  "del-slots",
  "set-slot-stable",
  "backup",
  "restore",
  "rolling-restart",
  "rolling-config",
  "rolling-upgrade",
  "maintenance",
  "drill",
  "decommission",
  "stop-cluster",
  "start-cluster",
  "import",
] as const;
export const verbSchema = z.enum(verbs);
export type Verb = (typeof verbs)[number];

/** Who may start it: what forgets credentials and deletes folders is for those who may do that elsewhere. */
export const roleFor = (verb: Verb): Role => (verb === "decommission" ? "admin" : "operator");

/** Verbs after which nobody of the cluster is left to be asked. */
export const stopsAll = (verb: Verb): boolean => verb === "stop-cluster" || verb === "decommission";

/** Verbs that take nodes away for a while, one after the other, while clients go on: cluster_state is watched meanwhile. */
export const rolls = (verb: Verb): boolean => rolling.has(verb);
const rolling: ReadonlySet<Verb> = new Set(["rolling-restart", "rolling-config", "rolling-upgrade", "maintenance"]);

export const paceSchema = z.enum(["careful", "swift"]);
export type Pace = z.infer<typeof paceSchema>;

/**
 * One check made before anything runs. refuse: no way round. hold: goes on after a typed name and a reason.
 * note: worth knowing. `state` tells whether it holds; unknown when it could not be asked.
 */
export const preflightLineSchema = z.object({
  code: z.string(),
  kind: z.enum(["refuse", "hold", "note"]),
  state: z.enum(["pass", "fail", "unknown"]),
  details: detailsSchema,
  /** The finished English sentence, made from code and details by lib/words. */
  text: z.string(),
});
export type PreflightLine = Of<typeof preflightLineSchema>;

/** Who owns what, before or after. Shards that lose everything stay with 0 slots. */
export const shapeSchema = z.array(
  z.object({ index: z.int(), primaryId: nodeIdSchema, ranges: z.array(slotRangeSchema), slots: z.int() }),
);
export type Shape = Of<typeof shapeSchema>;

export const measures = ["slots", "keys", "memory", "cpu", "traffic"] as const;
export const measureBySchema = z.enum(measures);
export type MeasureBy = z.infer<typeof measureBySchema>;

/** Amounts are slots, keys, bytes, microseconds of CPU a second, or bytes a second in and out. */
export const balanceSchema = z.object({
  by: measureBySchema,
  /** Percent of what is expected. */
  threshold: z.number(),
  /** Work has no amount, only an amount a time: over so long it was read, twice. */
  overMs: z.number().optional(),
  /** The nodes tell their own amount only; that of each slot is estimated from its keys. */
  estimated: z.boolean(),
  nodes: z.array(
    z.object({
      nodeId: nodeIdSchema,
      weight: z.number(),
      before: z.number(),
      expected: z.number(),
      after: z.number(),
    }),
  ),
});
export type Balance = Of<typeof balanceSchema>;

export const planSchema = z.object({
  id: z.string(),
  verb: verbSchema,
  clusterId: clusterIdSchema,
  clusterName: z.string(),
  /** What was asked for, as it was asked: planning again uses this. */
  wish: z.record(z.string(), z.unknown()),
  madeAtMs: z.number(),
  expiresAtMs: z.number(),
  madeBy: z.string(),
  /** The picture this plan is for. Start is refused when the signature is another one. */
  basis: z.object({ signature: z.string(), currentEpoch: z.number() }),
  preflight: z.array(preflightLineSchema),
  steps: z.array(stepSchema),
  before: shapeSchema,
  after: shapeSchema,
  pace: paceSchema,
  /** Absent where nothing moves, and in plans made before there was a choice: SETSLOT and MIGRATE. */
  movesBy: movesBySchema.optional(),
  totals: z.object({
    slotsAsked: z.int(),
    slots: z.int(),
    keys: z.number().optional(),
    bytes: z.number().optional(),
    rangesBefore: z.int(),
    rangesAfter: z.int(),
    /** Estimated, from measured key counts; absent when nothing moves. */
    durationMs: z.number().optional(),
  }),
  /** What is lost if a target dies mid-way: the I5 limits of the pace, and whether a replica guards it. */
  exposure: z.array(
    z.object({ target: nodeIdSchema, guarded: z.boolean(), keysAtMost: z.int(), bytesAtMost: z.int() }),
  ),
  /** Memory of every node that gives or receives; bytes that are not known are absent, `maxBytes` 0 is no limit. */
  headroom: z
    .array(
      z.object({
        nodeId: nodeIdSchema,
        receives: z.boolean(),
        usedBytes: z.number().optional(),
        afterBytes: z.number().optional(),
        maxBytes: z.number().optional(),
        maxPolicy: z.string(),
      }),
    )
    .optional(),
  /** What a rebalance evens out: of each primary that takes part what it has, should have, and will have. */
  balance: balanceSchema.optional(),
  /** Every cluster-changing command, MIGRATE as one template a slot; and what redis-cli would need, as near as it comes. */
  commands: z.object({
    own: z.array(z.string()),
    /** `node> command`, in the order in which they are sent; long lists are folded to one line a form and range. */
    raw: z.array(z.string()),
    redisCli: z.array(z.string()),
    /** How many commands `raw` stands for. */
    rawCount: z.int().optional(),
  }),
  /** What must be typed at Confirm; absent when a click is enough. */
  confirm: z.object({ typed: z.string().optional(), why: z.string().optional(), needsReason: z.boolean() }),
});
export type Plan = Of<typeof planSchema>;

export function isRefused(plan: Pick<Plan, "preflight">): boolean {
  return plan.preflight.some((line) => line.kind === "refuse" && line.state === "fail");
}

export function failedHolds(plan: Pick<Plan, "preflight">): readonly PreflightLine[] {
  return plan.preflight.filter((line) => line.kind === "hold" && line.state === "fail");
}
