"use client";
import { usePathname, useSearchParams } from "next/navigation";
import { useCallback, useEffect, useRef } from "react";
import { useCall, usePlan } from "@/components/data/queries";
import type { ClusterId } from "@/lib/cluster/node";
import { isRefused, type Plan, type Verb } from "@/lib/plans/plan";
import { readDraft, type WishDraft, wishOf, writeDraft } from "@/lib/wire/wizard-link";

export const wizardSteps = ["choose", "preflight", "plan", "confirm", "run", "proof"] as const;
export type WizardStep = (typeof wizardSteps)[number];
type PlanningStep = "choose" | "preflight" | "plan" | "confirm";

const isPlanning = (text: string | null): text is PlanningStep =>
  text === "choose" || text === "preflight" || text === "plan" || text === "confirm";

export type Wizard = {
  readonly verb: Verb;
  readonly draft: WishDraft;
  readonly step: PlanningStep;
  readonly plan: Plan | undefined;
  readonly planning: boolean;
  readonly planError: Error | undefined;
  readonly expired: boolean;
  readonly change: (draft: WishDraft) => void;
  readonly go: (step: PlanningStep) => void;
  /** Makes a plan for the draft as it is and shows it. */
  readonly makePlan: (then?: PlanningStep) => void;
};

/**
 * The state of a wizard is its URL (choices, step, plan id) and the plan kept by the server. A wizard that is opened
 * with all choices made, by a drop, plans at once and opens at the plan; where a check refuses, at the checks.
 */
export function useWizard(verb: Verb, clusterId: ClusterId | undefined, nowMs: number): Wizard {
  const pathname = usePathname();
  const query = useSearchParams();
  const { step: stepText, plan: planId, ...choices } = Object.fromEntries(query);
  const draft = readDraft(verb, choices);
  const found = usePlan(planId);
  const creation = useCall("creations.plan");
  const change = useCall("plans.create");
  const making = verb === "create" ? creation : change;

  const show = useCallback(
    (next: { draft: WishDraft; step?: PlanningStep | undefined; plan?: string | undefined }) => {
      const params = new URLSearchParams(writeDraft(next.draft));
      if (next.plan) params.set("plan", next.plan);
      if (next.step) params.set("step", next.step);
      // Not the router: a choice typed letter by letter must not ask the server for the page again.
      window.history.replaceState(null, "", `${pathname}?${params}`);
    },
    [pathname],
  );

  const makePlan = (then: PlanningStep = "plan") => {
    const wish = wishOf(draft);
    if (!wish) return;
    making.mutate(
      { ...(verb === "create" || !clusterId ? {} : { params: { clusterId } }), body: wish },
      {
        onSuccess: (plan) => show({ draft, plan: plan.id, step: isRefused(plan as Plan) ? "preflight" : then }),
        onError: () => show({ draft, step: "choose" }),
      },
    );
  };

  // A verb whose choices all have defaults is whole before anything was chosen; it waits for Next then.
  const whole = Object.keys(choices).length > 0 && wishOf(draft) !== undefined;
  const begun = useRef(false);
  const first = useRef(makePlan);
  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    // A repair is whole without a choice, but which way each slot goes is to be seen first.
    if (verb !== "fix" && whole && !planId && !stepText) first.current();
  }, [verb, whole, planId, stepText]);

  const plan = planId ? (found.data as Plan | undefined) : undefined;
  return {
    verb,
    draft,
    step:
      isPlanning(stepText ?? null) && (planId || stepText === "choose")
        ? (stepText as PlanningStep)
        : planId
          ? "plan"
          : "choose",
    plan,
    planning: making.isPending || (planId !== undefined && found.isPending),
    planError: making.error ?? (planId ? found.error : undefined) ?? undefined,
    expired: plan !== undefined && nowMs > plan.expiresAtMs,
    change: (next) => show({ draft: next, step: "choose" }),
    go: (step) => show({ draft, plan: planId, step }),
    makePlan,
  };
}
