import { plans } from "@/lib/words/en/plans";
import { durationMs } from "./estimate";
import type { Facts } from "./facts";
import { headroomOf } from "./headroom";
import { guardsOf } from "./members";
import { loadsOf, mergeMoves, weigh } from "./moves";
import { paceLimits } from "./pace";
import type { Move } from "./pick";
import type { Pace, Plan, PreflightLine, Shape } from "./plan";
import { failedHolds, isRefused } from "./plan";
import { type Context, type ContextInput, contextOf } from "./preflight/context";
import { type Row, runTable } from "./preflight/line";
import { rawCommands } from "./raw-commands";
import { pieces, shapeAfter, shapeOf } from "./shape";
import type { Step } from "./step";
import type { Wish } from "./wish";

/** A plan without what the server adds: its id, its times, who made it. */
export type PlanDraft = Omit<Plan, "id" | "clusterId" | "clusterName" | "madeAtMs" | "expiresAtMs" | "madeBy">;

export type StepDraft = { [K in Step["kind"]]: Omit<Extract<Step, { kind: K }>, "id"> }[Step["kind"]];

export type DraftInput = {
  readonly facts: Facts;
  readonly wish: Wish;
  readonly steps: readonly StepDraft[];
  readonly table: readonly Row[];
  readonly context: ContextInput;
  /** Lines that only the planner itself can judge; they come first. */
  readonly lines?: readonly PreflightLine[];
  readonly slotsAsked?: number;
  /** Only where the moves alone do not give it. */
  readonly after?: Shape;
  readonly newPrimaries?: Parameters<typeof shapeAfter>[2];
  readonly balance?: Plan["balance"];
  readonly commands: { readonly own: readonly string[]; readonly redisCli: readonly string[] };
  /** Typed at Confirm whatever preflight says, and why. */
  readonly mustType?: string;
};

/** What every verb's plan has in common, made from its steps. */
export function draftPlan(input: DraftInput): PlanDraft {
  const { facts, wish } = input;
  const context = contextOf(facts, input.context);
  const way = context.movesBy?.way ?? "setslot";
  const steps = input.steps.map((step, id) => ({ ...step, id })) as readonly Step[];
  const preflight = [...(input.lines ?? []), ...runTable(input.table, context)];
  if (steps.length === 0 && !isRefused({ preflight })) throw new Error(`${wish.verb} was planned without a step`);
  const pace = ("pace" in wish ? wish.pace : undefined) ?? "careful";
  const before = shapeOf(facts.topology);
  const after = input.after ?? shapeAfter(before, context.moves, input.newPrimaries);
  return {
    verb: wish.verb,
    wish,
    basis: { signature: facts.topology.signature, currentEpoch: facts.topology.currentEpoch },
    preflight,
    steps,
    before,
    after,
    pace,
    ...(context.movesBy ? { movesBy: context.movesBy } : {}),
    totals: {
      ...totalsOf(facts, context.moves),
      slotsAsked: input.slotsAsked ?? slotsOf(steps),
      slots: slotsOf(steps),
      rangesBefore: pieces(before),
      rangesAfter: pieces(after),
      ...(steps.length === 0 ? {} : { durationMs: durationMs(steps, { pace, topology: facts.topology, way }) }),
    },
    exposure: exposureOf(context, pace),
    headroom: headroomOf(context),
    ...(input.balance ? { balance: input.balance } : {}),
    commands: {
      ...input.commands,
      ...rawCommands(facts, steps, way),
    },
    confirm: confirmOf(facts, preflight, input.mustType),
  };
}

const slotsOf = (steps: readonly Step[]): number =>
  steps.reduce((sum, step) => sum + (step.kind === "move-slots" ? step.slots : 0), 0);

function totalsOf(facts: Facts, moves: readonly Move[]): { readonly keys?: number; readonly bytes?: number } {
  const weights = mergeMoves(moves).map((move) => weigh(facts, move));
  const sum = (of: "keys" | "bytes") => weights.reduce((total, weight) => total + (weight[of] ?? 0), 0);
  return {
    ...(weights.every((weight) => weight.keys !== undefined) ? { keys: sum("keys") } : {}),
    ...(weights.every((weight) => weight.bytes !== undefined) ? { bytes: sum("bytes") } : {}),
  };
}

/** I5: guarded, only what is half-moved is at risk, as much a pair as the pace allows. Unguarded, all that has moved is. */
function exposureOf({ facts, moves, newGuards, movesBy }: Context, pace: Pace): Plan["exposure"] {
  const limits = paceLimits[pace];
  return [...new Set(moves.map((move) => move.target))].map((target) => {
    const mine = mergeMoves(moves.filter((move) => move.target === target));
    const guarded = guardsOf(facts.topology, target).length + (newGuards[target] ?? 0) > 0;
    const limit =
      movesBy && movesBy.way !== "setslot"
        ? heaviestLoads(facts, mine)
        : { keysAtMost: limits.keys * mine.length, bytesAtMost: limits.bytes * mine.length };
    if (guarded) return { target, guarded, ...limit };
    const { keys = limit.keysAtMost, bytes = limit.bytesAtMost } = totalsOf(facts, mine);
    return { target, guarded, keysAtMost: keys, bytesAtMost: bytes };
  });
}

/** A target has a load before its replicas must have it: the heaviest of each pair, which may come at the same time. */
function heaviestLoads(facts: Facts, moves: readonly Move[]) {
  const heaviest = moves.map((move) => loadsOf(facts, move).reduce((a, b) => (b.bytes > a.bytes ? b : a)));
  return {
    keysAtMost: heaviest.reduce((sum, { keys }) => sum + keys, 0),
    bytesAtMost: heaviest.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

function confirmOf(facts: Facts, preflight: readonly PreflightLine[], mustType: string | undefined): Plan["confirm"] {
  const holds = failedHolds({ preflight });
  if (holds.length === 0 && mustType === undefined) return { needsReason: false };
  const why = [...(mustType === undefined ? [] : [mustType]), ...holds.map((line) => line.text)];
  return { typed: facts.cluster.name, why: plans.confirm.why(why), needsReason: holds.length > 0 };
}
