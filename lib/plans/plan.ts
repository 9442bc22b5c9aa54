import { z } from "zod";
import { backupRefSchema, existingSchema, lossSchema } from "@/lib/backup-ref";
import { clusterIdSchema, endpointSchema, nodeIdSchema } from "@/lib/cluster/node";
import { slotRangeSchema } from "@/lib/cluster/slots";
import { detailsSchema } from "@/lib/errors";
import type { Of } from "@/lib/of";
import { movesBySchema } from "./way";

export const verbs = [
  "create",
  "reshard",
  "rebalance",
  "add-node",
  "remove-node",
  "scale-out",
  "scale-in",
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
] as const;
export const verbSchema = z.enum(verbs);
export type Verb = (typeof verbs)[number];

export const paceSchema = z.enum(["careful", "swift"]);
export type Pace = z.infer<typeof paceSchema>;

export const failoverModeSchema = z.enum(["default", "force", "takeover"]);
export type FailoverMode = z.infer<typeof failoverModeSchema>;

/** Keys on a node that does not own their slot: to the owner where it has none of that name, into a file, or both. */
export const strayWaySchema = z.enum(["move", "export", "delete"]);
export type StrayWay = z.infer<typeof strayWaySchema>;

const ranges = z.array(slotRangeSchema);

/** A node that is not a member yet, as the console verified it: id by CLUSTER MYID, empty, reachable. */
export const candidateSchema = z.object({
  id: nodeIdSchema,
  endpoint: endpointSchema,
  dial: endpointSchema,
  /** Given when it is not the client port plus 10000: MEET must name it then. */
  busPort: z.int().optional(),
});
export type Candidate = Of<typeof candidateSchema>;

/**
 * Steps run in the order of their phases: those of one phase may run side by side, and a phase begins when the one
 * before it is done. Move-slots of one phase obey I20: no node gives in it and receives too.
 *
 * Each kind is safe to repeat: it looks at the precondition, acts only where the postcondition does not hold yet, and
 * ends when the nodes' own views show the postcondition.
 *
 * | kind | before | after |
 * |---|---|---|
 * | start-node | managed node is stopped | its process answers PING |
 * | set-epoch | fresh node, no slots | its config epoch is `epoch` |
 * | add-slots | fresh node, or a member and nobody owns `ranges` | the node owns `ranges` in its own view |
 * | del-slots | the node owns `ranges`, or nobody does | no answering view names an owner of them |
 * | set-stable | no primary but the owner holds keys of `ranges` | no flag of them on the node |
 * | set-config | member | CONFIG GET tells each value, and CONFIG REWRITE was done where there is a file |
 * | call | member | the node has answered |
 * | meet | candidate empty, knows nobody | candidate was told of `via`, they list each other |
 * | await-joined | candidate met | every answering view lists it; it says cluster_state:ok (`serving`) |
 * | replicate | node owns no slot, has no keys | its own line names the primary, master_link_status:up |
 * | move-slots | source owns `ranges` | target owns them in every answering view, source counts 0 keys |
 * | assign-slots | nobody but `yields` claims `ranges`, or the node itself | the node owns them in every answering view |
 * | gather-keys | `to` owns `ranges`, `from` does not | `from` counts 0 keys in them; exported: they stand in a file |
 * | clear-flags | no node of `empty` holds keys of `ranges` | no node of `flagged` shows them open |
 * | failover | replica follows the primary | roles have changed places in the views of both and of a majority |
 * | forget | node owns no slot, has no replica | no answering member lists it |
 * | reset | node is no member any more | it knows only itself |
 * | stop-node | managed node runs, is no slot owner | its process is gone |
 * | watch-gone | node forgotten | 70 s after the first FORGET still no member lists it |
 * | save-shard | node holds the shard's keys, a replica is in sync | a file of its snapshot verifies, its record beside it |
 * | seal-backup | every shard is saved, owners are as planned | files read back whole, nodes.json, then the manifest |
 * | check-backup | the backup has a manifest | every file verifies, every key can be written for the owners |
 * | restore-shard | checked, every slot has an owner | each key of the file is on the owner of its slot |
 * | prove | all other steps done | I19 |
 */
export const stepSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("start-node"),
    id: z.int(),
    phase: z.int(),
    managedId: z.string(),
    endpoint: endpointSchema,
  }),
  z.object({ kind: z.literal("set-epoch"), id: z.int(), phase: z.int(), node: candidateSchema, epoch: z.int() }),
  z.object({
    kind: z.literal("add-slots"),
    id: z.int(),
    phase: z.int(),
    node: candidateSchema,
    ranges,
    /** It is no fresh node but a member, and takes slots that nobody owns. */
    member: z.literal(true).optional(),
  }),
  z.object({ kind: z.literal("del-slots"), id: z.int(), phase: z.int(), nodeId: nodeIdSchema, ranges }),
  z.object({ kind: z.literal("set-stable"), id: z.int(), phase: z.int(), nodeId: nodeIdSchema, ranges }),
  z.object({
    kind: z.literal("set-config"),
    id: z.int(),
    phase: z.int(),
    nodeId: nodeIdSchema,
    /** `before` is what the node told when the plan was made: what going back sets. */
    settings: z.array(z.object({ name: z.string(), value: z.string(), before: z.string() })),
    /** It has a file, which CONFIG REWRITE brings up to date. */
    keeps: z.boolean(),
  }),
  z.object({
    kind: z.literal("call"),
    id: z.int(),
    phase: z.int(),
    nodeId: nodeIdSchema,
    command: z.array(z.string()),
  }),
  z.object({ kind: z.literal("meet"), id: z.int(), phase: z.int(), candidate: candidateSchema, via: candidateSchema }),
  z.object({
    kind: z.literal("await-joined"),
    id: z.int(),
    phase: z.int(),
    nodeIds: z.array(nodeIdSchema),
    /** Wait for cluster_state:ok too; not during create, where slots come later or are being agreed on. */
    serving: z.boolean(),
  }),
  z.object({
    kind: z.literal("replicate"),
    id: z.int(),
    phase: z.int(),
    nodeId: nodeIdSchema,
    primaryId: nodeIdSchema,
  }),
  z.object({
    kind: z.literal("move-slots"),
    id: z.int(),
    phase: z.int(),
    source: nodeIdSchema,
    target: nodeIdSchema,
    ranges,
    slots: z.int(),
    /** Estimates at plan time; absent when the source was silent. */
    keys: z.number().optional(),
    bytes: z.number().optional(),
    /** Begun by somebody else: what has moved already is found and finished first. */
    halfMoved: z.literal(true).optional(),
  }),
  z.object({
    kind: z.literal("assign-slots"),
    id: z.int(),
    phase: z.int(),
    nodeId: nodeIdSchema,
    ranges,
    /** Who gives up a claim for it, before anything else. */
    yields: z.array(nodeIdSchema),
  }),
  z.object({
    kind: z.literal("gather-keys"),
    id: z.int(),
    phase: z.int(),
    from: nodeIdSchema,
    to: nodeIdSchema,
    ranges,
    way: strayWaySchema,
    keys: z.number().optional(),
  }),
  z.object({
    kind: z.literal("clear-flags"),
    id: z.int(),
    phase: z.int(),
    ranges,
    flagged: z.array(nodeIdSchema),
    empty: z.array(nodeIdSchema),
    /** A replica is told by its primary. */
    through: nodeIdSchema.optional(),
  }),
  z.object({
    kind: z.literal("failover"),
    id: z.int(),
    phase: z.int(),
    replicaId: nodeIdSchema,
    primaryId: nodeIdSchema,
    mode: failoverModeSchema,
  }),
  z.object({ kind: z.literal("forget"), id: z.int(), phase: z.int(), nodeId: nodeIdSchema }),
  z.object({
    kind: z.literal("reset"),
    id: z.int(),
    phase: z.int(),
    nodeId: nodeIdSchema,
    dial: endpointSchema,
    mode: z.enum(["soft", "hard"]),
  }),
  z.object({ kind: z.literal("stop-node"), id: z.int(), phase: z.int(), managedId: z.string(), nodeId: nodeIdSchema }),
  z.object({ kind: z.literal("watch-gone"), id: z.int(), phase: z.int(), nodeId: nodeIdSchema, forMs: z.int() }),
  z.object({
    kind: z.literal("save-shard"),
    id: z.int(),
    phase: z.int(),
    /** The shard's number. */
    shard: z.int(),
    primaryId: nodeIdSchema,
    /** Whose snapshot is taken: a replica in sync where there is one. */
    nodeId: nodeIdSchema,
    ranges,
    /** Keys and memory of it at plan time. */
    keys: z.number().optional(),
    bytes: z.number().optional(),
  }),
  z.object({ kind: z.literal("seal-backup"), id: z.int(), phase: z.int() }),
  z.object({
    kind: z.literal("check-backup"),
    id: z.int(),
    phase: z.int(),
    backup: backupRefSchema,
    accepts: z.array(lossSchema),
  }),
  z.object({
    kind: z.literal("restore-shard"),
    id: z.int(),
    phase: z.int(),
    backup: backupRefSchema,
    /** The number of the saved shard: its keys go to whoever owns their slots now. */
    shard: z.int(),
    keys: z.number(),
    bytes: z.number(),
    existing: existingSchema,
    accepts: z.array(lossSchema),
  }),
  z.object({ kind: z.literal("prove"), id: z.int(), phase: z.int() }),
]);
export type Step = Of<typeof stepSchema>;
export type StepKind = Step["kind"];
export type StepOf<K extends StepKind> = Extract<Step, { kind: K }>;

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
export const shapeSchema = z.array(z.object({ index: z.int(), primaryId: nodeIdSchema, ranges, slots: z.int() }));
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
