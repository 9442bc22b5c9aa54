import { z } from "zod";
import { clusterIdSchema, nodeIdSchema } from "@/lib/cluster/node";
import { countSlots, hasSlot, slotRangeSchema, unionRanges } from "@/lib/cluster/slots";
import { detailsSchema } from "@/lib/errors";
import { assertNever, type Of } from "@/lib/of";
import { planSchema } from "@/lib/plans/plan";
import { scheduleSchema } from "@/lib/schedule";

export const operationStates = [
  "planned",
  "scheduled",
  "running",
  "pausing",
  "paused",
  "cancelling",
  "interrupted",
  "proving",
  "succeeded",
  "failed",
  "cancelled",
] as const;
export const operationStateSchema = z.enum(operationStates);
export type OperationState = (typeof operationStates)[number];

/** The one transition table (HOUSE: states). Nothing else in the product decides whether a change of state is allowed. */
const transitions: Readonly<Record<OperationState, readonly OperationState[]>> = {
  planned: ["scheduled", "running", "cancelled"],
  scheduled: ["running", "cancelled"],
  running: ["pausing", "paused", "cancelling", "interrupted", "proving", "failed"],
  pausing: ["paused", "cancelling", "interrupted", "failed", "proving"],
  paused: ["running", "cancelling", "cancelled", "interrupted", "failed"],
  cancelling: ["cancelled", "interrupted", "failed", "paused"],
  interrupted: ["running", "cancelling", "cancelled", "paused", "failed"],
  proving: ["succeeded", "failed", "interrupted", "paused"],
  succeeded: [],
  failed: ["running", "cancelling", "cancelled"],
  cancelled: [],
};

export const canBecome = (from: OperationState, to: OperationState): boolean => transitions[from].includes(to);
export const isEnded = (state: OperationState): boolean => transitions[state].length === 0 || state === "failed";
/** Something of ours may be in flight to the cluster. */
export const isActive = (state: OperationState): boolean =>
  state === "running" || state === "pausing" || state === "cancelling" || state === "proving";
export const canPause = (state: OperationState): boolean => state === "running";
export const canResume = (state: OperationState): boolean =>
  state === "paused" || state === "interrupted" || state === "failed";
/** Sources are followed, and nobody has said yet that they are to be left. */
export const canCutOver = ({ state, plan, cutOver }: Pick<Operation, "state" | "plan" | "cutOver">): boolean =>
  state === "running" &&
  cutOver !== true &&
  plan.steps.some((step) => step.kind === "import-keys" && step.way === "follow");
export const canCancel = (state: OperationState): boolean =>
  state !== "cancelling" && (canBecome(state, "cancelling") || canBecome(state, "cancelled"));

export const stopReasons = [
  "user",
  "replica-lost",
  "evictions",
  "memory",
  "big-key",
  "foreign-change",
  "owner-unstable",
  "minority",
  "journal",
  "latency",
  "window-over",
  "unknown-outcome",
  "key-conflict",
  "node-unreachable",
  "step-failed",
  "not-proved",
] as const;
export const stopReasonSchema = z.object({
  code: z.enum(stopReasons),
  nodeId: nodeIdSchema.optional(),
  slot: z.int().optional(),
  details: detailsSchema,
  /** The English sentence: which node, which slot, what was expected, what to do. */
  text: z.string(),
});
export type StopReason = Of<typeof stopReasonSchema>;

export const openInOperationSchema = z.object({
  slot: z.int(),
  source: nodeIdSchema,
  target: nodeIdSchema,
  keysLeft: z.number().optional(),
});

/** What somebody was first seen to say in a drill: so long after it began, at most `withinMs` late. */
export const drillMarkSchema = z.object({
  what: z.enum(["pfail", "fail", "promoted", "healed", "back"]),
  ms: z.number(),
  withinMs: z.number(),
  by: nodeIdSchema.optional(),
  nodeId: nodeIdSchema.optional(),
});
export type DrillMark = Of<typeof drillMarkSchema>;

export const stepProgressSchema = z.object({
  stepId: z.int(),
  state: z.enum(["waiting", "running", "done", "failed", "skipped"]),
  startedMs: z.number().optional(),
  endedMs: z.number().optional(),
  /** move-slots only. */
  moved: z.array(slotRangeSchema),
  slotsMoved: z.int(),
  keysMoved: z.number(),
  bytesMoved: z.number(),
  /** Keys that were gone from the source after a lost reply: moved, or deleted by a client meanwhile. */
  keysUncertain: z.number(),
  note: z.string().optional(),
  /** What the other nodes said of the cluster meanwhile: asked how often, cluster_state:fail for how long, by whom. */
  watched: z.object({ looks: z.int(), failMs: z.number(), failing: z.array(nodeIdSchema) }).optional(),
  marks: z.array(drillMarkSchema).optional(),
});
export type StepProgress = Of<typeof stepProgressSchema>;

/** One line of the proof (I19): what was expected, what every node said. */
export const proofLineSchema = z.object({
  code: z.string(),
  state: z.enum(["pass", "fail", "unknown"]),
  details: detailsSchema,
  text: z.string(),
});
export type ProofLine = Of<typeof proofLineSchema>;

export const operationSchema = z.object({
  id: z.int(),
  clusterId: clusterIdSchema,
  clusterName: z.string(),
  plan: planSchema,
  state: operationStateSchema,
  reason: stopReasonSchema.optional(),
  startedBy: z.string(),
  statedReason: z.string().optional(),
  goOnAfterRestart: z.boolean(),
  /** It may run only then; planned anew when it begins. */
  schedule: scheduleSchema.optional(),
  /** Members that answered when it started: the proof wants to hear them again (I19). */
  heardAtStart: z.array(nodeIdSchema).optional(),
  createdMs: z.number(),
  startedMs: z.number().optional(),
  endedMs: z.number().optional(),
  steps: z.array(stepProgressSchema),
  openSlots: z.array(openInOperationSchema),
  proof: z.array(proofLineSchema),
  /** An operator wants the sources that are followed to be left for the cluster. */
  cutOver: z.boolean().optional(),
  /** The same picture was seen again two node timeouts after the proof; false: it came undone. */
  settled: z.boolean().optional(),
  /** Sequence number of the last event folded in. */
  seq: z.int(),
});
export type Operation = Of<typeof operationSchema>;

const eventBase = { operationId: z.int(), seq: z.int(), atMs: z.number() };
export const operationEventSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("created"), ...eventBase, operation: operationSchema }),
  z.object({ type: z.literal("state"), ...eventBase, to: operationStateSchema, reason: stopReasonSchema.optional() }),
  z.object({
    type: z.literal("step"),
    ...eventBase,
    stepId: z.int(),
    state: stepProgressSchema.shape.state,
    note: z.string().optional(),
  }),
  z.object({
    type: z.literal("progress"),
    ...eventBase,
    stepId: z.int(),
    /** Slots that became the target's since the last event. */
    moved: z.array(slotRangeSchema),
    keysMoved: z.number(),
    bytesMoved: z.number(),
    keysUncertain: z.number(),
    /** All open slots of this step now. */
    openSlots: z.array(openInOperationSchema),
  }),
  z.object({ type: z.literal("drilled"), ...eventBase, stepId: z.int(), marks: z.array(drillMarkSchema) }),
  z.object({
    type: z.literal("watched"),
    ...eventBase,
    stepId: z.int(),
    looks: z.int(),
    failMs: z.number(),
    failing: z.array(nodeIdSchema),
  }),
  /** What was scheduled, planned for the picture in which it begins. */
  z.object({
    type: z.literal("replanned"),
    ...eventBase,
    plan: planSchema,
    steps: z.array(stepProgressSchema),
    heard: z.array(nodeIdSchema),
  }),
  z.object({ type: z.literal("proof"), ...eventBase, proof: z.array(proofLineSchema) }),
  z.object({ type: z.literal("cut-over"), ...eventBase }),
  z.object({ type: z.literal("settled"), ...eventBase, settled: z.boolean() }),
]);
export type OperationEvent = Of<typeof operationEventSchema>;

/**
 * Folds one event into an operation: the same function on the server, in the browser and in a test. Events already
 * folded in (by seq) change nothing. Totals in `progress` are increments.
 */
export function applyEvent(operation: Operation | undefined, event: OperationEvent): Operation {
  if (event.type === "created") return operation ?? event.operation;
  if (!operation) throw new Error(`event ${event.seq} of operation ${event.operationId} came before it was created`);
  if (event.seq <= operation.seq) return operation;
  return { ...change(operation, event), seq: event.seq };
}

function change(operation: Operation, event: Exclude<OperationEvent, { type: "created" }>): Operation {
  switch (event.type) {
    case "state":
      return applyState(operation, event);
    case "step":
      return withStep(operation, event.stepId, (step) => ({
        ...step,
        state: event.state,
        ...(event.note === undefined ? {} : { note: event.note }),
        ...(event.state === "running" ? { startedMs: step.startedMs ?? event.atMs } : {}),
        ...(event.state === "running" || event.state === "waiting" ? {} : { endedMs: event.atMs }),
      }));
    case "progress":
      return applyProgress(operation, event);
    case "replanned":
      return { ...operation, plan: event.plan, steps: event.steps, heardAtStart: event.heard };
    case "drilled":
      return withStep(operation, event.stepId, (step) => ({ ...step, marks: event.marks }));
    case "watched":
      return withStep(operation, event.stepId, ({ watched, ...step }) => ({
        ...step,
        watched: {
          looks: (watched?.looks ?? 0) + event.looks,
          failMs: (watched?.failMs ?? 0) + event.failMs,
          failing: [...new Set([...(watched?.failing ?? []), ...event.failing])],
        },
      }));
    case "proof":
      return { ...operation, proof: event.proof };
    case "cut-over":
      return { ...operation, cutOver: true };
    case "settled":
      return { ...operation, settled: event.settled };
    default:
      return assertNever(event);
  }
}

function applyState(operation: Operation, event: Extract<OperationEvent, { type: "state" }>): Operation {
  const { reason: _old, endedMs: _ended, ...rest } = operation;
  return {
    ...rest,
    state: event.to,
    ...(event.reason ? { reason: event.reason } : {}),
    ...(event.to === "running" && !operation.startedMs ? { startedMs: event.atMs } : {}),
    ...(isEnded(event.to) ? { endedMs: event.atMs } : {}),
  };
}

/** A slot reported twice (before a crash and again by the recovery) counts once. */
function applyProgress(operation: Operation, event: Extract<OperationEvent, { type: "progress" }>): Operation {
  const step = operation.plan.steps.find((s) => s.id === event.stepId);
  const mine = (open: { slot: number }) =>
    (step?.kind === "move-slots" || step?.kind === "gather-keys") && hasSlot(step.ranges, open.slot);
  const grown = withStep(operation, event.stepId, (progress) => {
    const moved = event.moved.length === 0 ? progress.moved : unionRanges(progress.moved, event.moved);
    return {
      ...progress,
      moved,
      slotsMoved: countSlots(moved),
      keysMoved: progress.keysMoved + event.keysMoved,
      bytesMoved: progress.bytesMoved + event.bytesMoved,
      keysUncertain: progress.keysUncertain + event.keysUncertain,
    };
  });
  return { ...grown, openSlots: [...operation.openSlots.filter((o) => !mine(o)), ...event.openSlots] };
}

function withStep(operation: Operation, stepId: number, next: (step: StepProgress) => StepProgress): Operation {
  return { ...operation, steps: operation.steps.map((step) => (step.stepId === stepId ? next(step) : step)) };
}
