import { z } from "zod";
import { backupRefSchema, existingSchema, lossSchema } from "@/lib/backup-ref";
import { endpointSchema, nodeIdSchema } from "@/lib/cluster/node";
import { slotRangesSchema } from "@/lib/cluster/slots";
import { importSourceSchema, importWaySchema, presentSchema } from "@/lib/import-source";
import type { Of } from "@/lib/of";
import { measureBySchema, paceSchema } from "./plan";
import { drillWaySchema, failoverModeSchema, strayWaySchema } from "./step";

/** A node to bring in: one that this console manages, or any address. */
export const newcomerSchema = z.union([z.object({ managedId: z.string() }), z.object({ endpoint: endpointSchema })]);

/** Of those that move slots; careful when absent. */
const pace = paceSchema.optional();

/** Move these slots (`ranges`), or `slots` of them from the named sources (all others when none is named). */
export const reshardWishSchema = z.object({
  verb: z.literal("reshard"),
  target: nodeIdSchema,
  ranges: slotRangesSchema.optional(),
  sources: z.array(nodeIdSchema).optional(),
  slots: z.int().min(1).optional(),
  pace,
  /** Beside `ranges`, in the same plan: these slots to other targets. Going back from many shards needs it. */
  also: z
    .array(z.object({ target: nodeIdSchema, ranges: slotRangesSchema }))
    .min(1)
    .optional(),
});

/** What each primary should have, in proportion to its weight (1 where none is given), of slots or of load. */
export const rebalanceWishSchema = z.object({
  verb: z.literal("rebalance"),
  by: measureBySchema.default("slots"),
  weights: z.array(z.object({ nodeId: nodeIdSchema, weight: z.number() })).optional(),
  /** Nothing moves while no primary is further from what is expected than so many percent of it. 0: exact. */
  threshold: z.number().min(0).max(100).default(2),
  /** Primaries without slots take part too. */
  useEmpty: z.boolean().default(false),
  /** Only to be looked at: such a plan cannot be started. */
  simulate: z.boolean().optional(),
  pace,
});

export const addNodeWishSchema = z.object({
  verb: z.literal("add-node"),
  node: newcomerSchema,
  role: z.enum(["primary", "replica"]),
  /** Replica of this one; the primary with the fewest replicas when absent. */
  primaryId: nodeIdSchema.optional(),
});

/** Drains it evenly over the others first, re-homes its replicas, forgets it everywhere. */
export const removeNodeWishSchema = z.object({
  verb: z.literal("remove-node"),
  nodeId: nodeIdSchema,
  /** After it: reset so that it can join again, or stop the process (managed nodes only), or leave it alone. */
  afterwards: z.enum(["reset", "stop"]).default("reset"),
  pace,
});

export const scaleOutWishSchema = z.object({
  verb: z.literal("scale-out"),
  /** Each becomes a primary with its own replicas. */
  shards: z.array(z.object({ primary: newcomerSchema, replicas: z.array(newcomerSchema) })).min(1),
  pace,
});

export const scaleInWishSchema = z.object({
  verb: z.literal("scale-in"),
  primaryIds: z.array(nodeIdSchema).min(1),
  /** What becomes of their replicas: leave with them, or follow another primary. */
  replicas: z.enum(["remove", "keep"]).default("remove"),
  afterwards: z.enum(["reset", "stop"]).default("reset"),
  pace,
});

/** They give everything away, and stay. */
export const drainWishSchema = z.object({
  verb: z.literal("drain"),
  primaryIds: z.array(nodeIdSchema).min(1),
  pace,
});

export const failoverWishSchema = z.object({
  verb: z.literal("failover"),
  replicaId: nodeIdSchema,
  mode: failoverModeSchema.default("default"),
});

export const replicateWishSchema = z.object({
  verb: z.literal("replicate"),
  nodeId: nodeIdSchema,
  primaryId: nodeIdSchema,
});

/** What is wrong with the ownership of slots, mended: by the way that loses nothing where no other is named. */
export const fixWishSchema = z.object({
  verb: z.literal("fix"),
  /** Only these slots. */
  ranges: slotRangesSchema.optional(),
  /** Open slots: on to their target, or back to their owner. `safe`: on when keys are on both sides, else just closed. */
  open: z.enum(["safe", "finish", "back", "leave"]).default("safe"),
  /** The same for single slots. */
  finish: slotRangesSchema.optional(),
  back: slotRangesSchema.optional(),
  leave: slotRangesSchema.optional(),
  strays: z.enum([...strayWaySchema.options, "leave"]).default("move"),
  /** Who gets slots that nobody owns; whoever holds their keys when absent. */
  owner: nodeIdSchema.optional(),
  /** Dead owners whose slots are given away. What they hold is lost when they come back. */
  abandon: z.array(nodeIdSchema).default([]),
});

const settingSchema = z.object({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, "a setting is lower-case letters, digits and hyphens"),
  value: z
    .string()
    .max(1024)
    .refine((text) => !/\p{Cc}/u.test(text), "a value has no control characters"),
});
export type Setting = Of<typeof settingSchema>;
const settingsSchema = z.array(settingSchema).min(1).max(32);
/** Of these nodes, or of all; or, to go back, what each had. */
const settingsShape = {
  settings: settingsSchema.optional(),
  nodeIds: z.array(nodeIdSchema).min(1).optional(),
  each: z
    .array(z.object({ nodeId: nodeIdSchema, settings: settingsSchema }))
    .min(1)
    .optional(),
};

/** The same settings on all nodes, or on these; or, to go back, on `each` what it had. */
export const configWishSchema = z
  .object({
    verb: z.literal("config"),
    ...settingsShape,
  })
  .refine(({ settings, each }) => settings !== undefined || each !== undefined, "name a setting and its value");

export const setTimeoutWishSchema = z.object({
  verb: z.literal("set-timeout"),
  timeoutMs: z.int().min(100).max(3_600_000),
});

export const callTargets = ["all", "primaries", "replicas"] as const;
/** What is sent, and to whom: what both a plan and a call that only reads are asked with. */
export const calledSchema = z.object({
  command: z
    .array(z.string().max(1024))
    .min(1)
    .max(64)
    .refine(([name]) => /^[a-z]{1,32}$/i.test(name ?? ""), "a command begins with its name"),
  on: z.enum(callTargets).default("all"),
  nodeId: nodeIdSchema.optional(),
});
export type Called = Of<typeof calledSchema>;

export const callWishSchema = calledSchema.extend({ verb: z.literal("call") });

/** The verbs of the cluster's own commands, for who does it by hand. */
export const meetWishSchema = z.object({ verb: z.literal("meet"), node: newcomerSchema });
export const forgetWishSchema = z.object({ verb: z.literal("forget"), nodeId: nodeIdSchema });
export const addSlotsWishSchema = z.object({
  verb: z.literal("add-slots"),
  nodeId: nodeIdSchema,
  ranges: slotRangesSchema.min(1),
});
export const delSlotsWishSchema = z.object({ verb: z.literal("del-slots"), ranges: slotRangesSchema.min(1) });
export const setSlotStableWishSchema = z.object({
  verb: z.literal("set-slot-stable"),
  ranges: slotRangesSchema.min(1),
});

export const createWishSchema = z.object({
  verb: z.literal("create"),
  name: z.string().min(1).max(64),
  nodes: z.array(newcomerSchema).min(1),
  replicasPerPrimary: z.int().min(0).max(9),
});

/** Every shard into files in the console's data folder. */
export const backupWishSchema = z.object({ verb: z.literal("backup") });

/** A backup of this console into the cluster, whatever its shape. */
export const restoreWishSchema = z.object({
  verb: z.literal("restore"),
  backup: backupRefSchema,
  existing: existingSchema.default("empty"),
  accepts: z.array(lossSchema).default([]),
});

/** Shard by shard, one node at a time; a primary hands over first. */
export const rollingRestartWishSchema = z.object({
  verb: z.literal("rolling-restart"),
  /** Only these; all when absent. */
  nodeIds: z.array(nodeIdSchema).min(1).optional(),
  /** Every primary gets its place back at the end of its shard. */
  handBack: z.boolean().default(false),
});

/** Lines of redis.conf of managed nodes, rolled as a restart; or, to go back, on `each` what it had. */
export const rollingConfigWishSchema = z
  .object({
    verb: z.literal("rolling-config"),
    ...settingsShape,
    handBack: z.boolean().default(false),
  })
  .refine(({ settings, each }) => settings !== undefined || each !== undefined, "name a setting and its value");

/** Another server binary for managed nodes, rolled as a restart. */
export const rollingUpgradeWishSchema = z.object({
  verb: z.literal("rolling-upgrade"),
  /** Absolute path; one that the console's environment names. */
  engine: z.string().min(1).max(1024),
  nodeIds: z.array(nodeIdSchema).min(1).optional(),
  handBack: z.boolean().default(false),
});

/** A host is emptied of primaries; or, at the end, gets back what it had. */
export const maintenanceWishSchema = z.object({
  verb: z.literal("maintenance"),
  /** Its label, or its address where it has none. */
  host: z.string().min(1).max(255),
  end: z.boolean().default(false),
  /** Its processes stop too, as far as they are managed here. */
  stop: z.boolean().default(false),
});

/** The processes of this console's own nodes: replicas first, then primaries. */
export const stopClusterWishSchema = z.object({
  verb: z.literal("stop-cluster"),
  how: z.enum(["configured", "save", "kill"]).default("configured"),
});
/** Primaries first, then replicas. */
export const startClusterWishSchema = z.object({ verb: z.literal("start-cluster") });

/** A node managed here is hurt on purpose and brought back. */
export const drillWishSchema = z.object({
  verb: z.literal("drill"),
  nodeId: nodeIdSchema,
  how: drillWaySchema.default("kill"),
});

/** The end of a cluster. */
export const decommissionWishSchema = z.object({
  verb: z.literal("decommission"),
  /** Of managed nodes, with all that is in them. */
  deleteFolders: z.boolean().default(false),
});

/** Keys of servers that are no cluster. Other databases than `db` are skipped only when that was said. */
export const importWishSchema = z.object({
  verb: z.literal("import"),
  from: z.array(importSourceSchema).min(1).max(64),
  access: z
    .string()
    .regex(/^[0-9a-f]{20}$/, "an access is 20 hex digits")
    .optional(),
  way: importWaySchema.default("copy"),
  db: z.int().min(0).max(1_000_000).default(0),
  otherDatabases: z.enum(["refuse", "skip"]).default("refuse"),
  present: presentSchema.default("refuse"),
  /** Of `follow`: when an operator says so, or by itself. */
  cutOver: z.enum(["asked", "caught-up"]).optional(),
  accepts: z.array(lossSchema).default([]),
  batchKeys: z.int().min(1).max(5000).optional(),
  timeoutMs: z.int().min(10).max(600_000).optional(),
});

export const wishSchema = z.discriminatedUnion("verb", [
  reshardWishSchema,
  rebalanceWishSchema,
  addNodeWishSchema,
  removeNodeWishSchema,
  scaleOutWishSchema,
  scaleInWishSchema,
  drainWishSchema,
  failoverWishSchema,
  replicateWishSchema,
  createWishSchema,
  fixWishSchema,
  configWishSchema,
  setTimeoutWishSchema,
  callWishSchema,
  meetWishSchema,
  forgetWishSchema,
  addSlotsWishSchema,
  delSlotsWishSchema,
  setSlotStableWishSchema,
  backupWishSchema,
  restoreWishSchema,
  rollingRestartWishSchema,
  rollingConfigWishSchema,
  rollingUpgradeWishSchema,
  maintenanceWishSchema,
  drillWishSchema,
  decommissionWishSchema,
  stopClusterWishSchema,
  startClusterWishSchema,
  importWishSchema,
]);
export type Wish = Of<typeof wishSchema>;
export type WishOf<V extends Wish["verb"]> = Extract<Wish, { verb: V }>;
export type Newcomer = Of<typeof newcomerSchema>;
