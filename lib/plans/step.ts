import { z } from "zod";
import { backupRefSchema, existingSchema, lossSchema } from "@/lib/backup-ref";
import { endpointSchema, nodeIdSchema } from "@/lib/cluster/node";
import { slotRangeSchema } from "@/lib/cluster/slots";
import { importSourceSchema, importWaySchema, presentSchema } from "@/lib/import-source";
import type { Of } from "@/lib/of";

export const failoverModeSchema = z.enum(["default", "force", "takeover"]);
export type FailoverMode = z.infer<typeof failoverModeSchema>;

/** Keys on a node that does not own their slot: to the owner where it has none of that name, into a file, or both. */
export const strayWaySchema = z.enum(["move", "export", "delete"]);
export type StrayWay = z.infer<typeof strayWaySchema>;

/** SIGKILL, DEBUG SEGFAULT, or SIGSTOP until the others have dealt with it. */
export const drillWaySchema = z.enum(["kill", "segfault", "freeze"]);

/** A server binary of this machine. */
const engineSchema = z.object({
  kind: z.enum(["redis", "valkey", "embedded"]),
  path: z.string(),
  version: z.string(),
});
export type EngineRef = Of<typeof engineSchema>;

const ranges = z.array(slotRangeSchema);

/** A node that is not a member yet, as the console verified it: id by CLUSTER MYID, empty, reachable. */
const candidateSchema = z.object({
  id: nodeIdSchema,
  endpoint: endpointSchema,
  dial: endpointSchema,
  /** Given when it is not the client port plus 10000: MEET must name it then. */
  busPort: z.int().optional(),
});
export type Candidate = Of<typeof candidateSchema>;

/** What is taken from a source, and how. */
const taking = {
  source: importSourceSchema,
  /** Names the sealed credentials of the sources. */
  access: z.string().optional(),
  way: importWaySchema,
  db: z.int(),
  present: presentSchema,
  /** Of `follow`: cut over by itself as soon as it has caught up. */
  cutsOver: z.boolean().optional(),
  accepts: z.array(lossSchema),
  /** At most so many keys a batch, and so long may one take. */
  batchKeys: z.int().optional(),
  timeoutMs: z.int().optional(),
  /** Keys and memory of that database at plan time. */
  keys: z.number(),
  bytes: z.number().optional(),
};

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
 * | stop-node | managed node runs, is no slot owner (or all stop: `member`) | its process is gone |
 * | restart-node | owns no slots, or nobody can take them (`down`); its shard is whole | another run_id; in sync, in every view |
 * | watch-gone | node forgotten | 70 s after the first FORGET still no member lists it |
 * | save-shard | node holds the shard's keys, a replica is in sync | a file of its snapshot verifies, its record beside it |
 * | seal-backup | every shard is saved, owners are as planned | files read back whole, nodes.json, then the manifest |
 * | check-backup | the backup has a manifest | every file verifies, every key can be written for the owners |
 * | load-functions | the node knows functions | it lists each library of the backup, or its own of that name |
 * | restore-shard | checked, every slot has an owner | each key of the file is on the owner of its slot |
 * | hurt-node | managed member, answers | dealt with by the others or not, started again or thawed, in sync |
 * | drop-node | managed node is stopped | its folder and its record are gone |
 * | forget-cluster | nothing of it is to be done any more | the console knows no way to it |
 * | import-keys | source is a primary of no cluster, every slot has an owner | each key of it was taken or refused by name |
 * | prove | all other steps done | I19 |
 */
export const stepSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("start-node"),
    id: z.int(),
    phase: z.int(),
    managedId: z.string(),
    endpoint: endpointSchema,
    /** A member that comes back; absent for a node that is to join. */
    nodeId: nodeIdSchema.optional(),
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
  z.object({
    kind: z.literal("stop-node"),
    id: z.int(),
    phase: z.int(),
    managedId: z.string(),
    nodeId: nodeIdSchema,
    /** It stays a member, and may own slots: the others stop too, or somebody said that it may be away. */
    member: z.literal(true).optional(),
    /** Absent: as it is configured. `save`: a snapshot whatever is configured. `kill`: at once, what is not on disk is lost. */
    how: z.enum(["save", "kill"]).optional(),
  }),
  z.object({
    kind: z.literal("restart-node"),
    id: z.int(),
    phase: z.int(),
    nodeId: nodeIdSchema,
    /** Absent: its process is not managed here, so a person restarts it and the step waits. */
    managedId: z.string().optional(),
    /** Its run_id when the plan was made: another one means that it was restarted. */
    runId: z.string(),
    /** It owns slots, and no replica can take them: they are not served meanwhile. */
    down: z.literal(true).optional(),
    /** Written into its redis.conf while it is away; `before` is what it told: what going back writes. */
    settings: z.array(z.object({ name: z.string(), value: z.string(), before: z.string() })).optional(),
    /** Put in while it is away. */
    engine: z.object({ from: engineSchema, to: engineSchema }).optional(),
  }),
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
    kind: z.literal("load-functions"),
    id: z.int(),
    phase: z.int(),
    backup: backupRefSchema,
    nodeId: nodeIdSchema,
    existing: existingSchema,
    /** The most that a shard of the backup has. */
    libraries: z.int(),
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
    /** Slots whose owners had a replica in sync: each batch waits until one has it (I11). */
    guarded: ranges.optional(),
  }),
  z.object({
    kind: z.literal("hurt-node"),
    id: z.int(),
    phase: z.int(),
    nodeId: nodeIdSchema,
    managedId: z.string(),
    how: drillWaySchema,
    /** As of restart-node: another one means that it was hurt already. */
    runId: z.string(),
  }),
  z.object({ kind: z.literal("drop-node"), id: z.int(), phase: z.int(), managedId: z.string(), nodeId: nodeIdSchema }),
  z.object({ kind: z.literal("forget-cluster"), id: z.int(), phase: z.int() }),
  z.object({ kind: z.literal("import-keys"), id: z.int(), phase: z.int(), ...taking }),
  z.object({ kind: z.literal("prove"), id: z.int(), phase: z.int() }),
]);
export type Step = Of<typeof stepSchema>;
export type StepKind = Step["kind"];
export type StepOf<K extends StepKind> = Extract<Step, { kind: K }>;
