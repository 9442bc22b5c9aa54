import { isActive, isEnded, type Operation } from "@/lib/operation";
import { failedHolds, isRefused, type Plan } from "@/lib/plans/plan";
import type { Actor } from "@/lib/wire/access";
import type { StartOperation } from "@/lib/wire/operations";
import { refuse } from "@/server/refuse";
import type { NewOperation } from "./journal";

/** What the plan itself asks for before it may run, checked again where it starts (SECURITY 7, 11). */
export function checkStartable(plan: Plan, input: StartOperation, nowMs: number): void {
  if (nowMs >= plan.expiresAtMs)
    throw refuse("refused", "planExpired", { minutes: Math.round((plan.expiresAtMs - plan.madeAtMs) / 60_000) });
  if (plan.wish.simulate === true) throw refuse("refused", "planSimulated", undefined);
  if (isRefused(plan)) {
    const lines = plan.preflight.filter((line) => line.kind === "refuse" && line.state === "fail");
    throw refuse("refused", "planRefused", { reasons: lines.map((line) => line.text) });
  }
  const holds = failedHolds(plan);
  const typed = plan.confirm.typed ?? (holds.length > 0 ? plan.clusterName : undefined);
  if (typed !== undefined && input.typed !== typed) throw refuse("refused", "confirmTyped", { typed });
  if ((plan.confirm.needsReason || holds.length > 0) && !input.reason?.trim())
    throw refuse("refused", "confirmReason", { holds: holds.map((line) => line.text) });
}

/** The operation that has the cluster: it runs, or it rests with its plan half done. One that waits for its time has nothing. */
export function holderOf(operations: readonly Operation[]): Operation | undefined {
  return operations.find(({ state }) => isActive(state) || (!isEnded(state) && state !== "scheduled"));
}

/** It has begun, or is going to. A start that nothing came of leaves its plan to be started again. */
export const usesPlan = ({ startedMs, state }: Pick<Operation, "startedMs" | "state">): boolean =>
  startedMs !== undefined || !isEnded(state);

export function busyWith(operation: Operation) {
  const { id, clusterName, plan, startedBy, state } = operation;
  return refuse("busy", "operationBusy", {
    cluster: clusterName,
    operation: id,
    verb: plan.verb,
    by: startedBy,
    state,
  });
}

type New = {
  readonly plan: Plan;
  readonly input: StartOperation;
  readonly actor: Actor;
  readonly heard: NonNullable<Operation["heardAtStart"]>;
  readonly nowMs: number;
};

export function newOperation({ plan, input, actor, heard, nowMs }: New): NewOperation {
  const reason = input.reason?.trim();
  return {
    clusterId: plan.clusterId,
    clusterName: plan.clusterName,
    plan,
    startedBy: actor.name,
    ...(reason ? { statedReason: reason } : {}),
    goOnAfterRestart: input.goOnAfterRestart,
    ...(input.schedule ? { schedule: input.schedule } : {}),
    heardAtStart: heard,
    createdMs: nowMs,
    steps: untouched(plan),
    openSlots: [],
    proof: [],
  };
}

export const untouched = ({ steps }: Plan): Operation["steps"] =>
  steps.map((step) => ({
    stepId: step.id,
    state: "waiting",
    moved: [],
    slotsMoved: 0,
    keysMoved: 0,
    bytesMoved: 0,
    keysUncertain: 0,
  }));
