"use client";
import { ArrowLeft, Lock } from "lucide-react";
import { useRouter } from "next/navigation";
import type { ReactNode } from "react";
import { useWords } from "@/components/data/words";
import { Button } from "@/components/ui/button";
import { failedHolds, isRefused, type Plan, type Verb } from "@/lib/plans/plan";
import { wishOf } from "@/lib/wire/wizard-link";
import type { Confirmation } from "./confirm-form";
import type { Wizard } from "./use-wizard";

type WizardFooterProps = {
  readonly wizard: Wizard;
  readonly plan: Plan | undefined;
  readonly confirmation: Confirmation;
  readonly starting: boolean;
  /** The server would not start this plan: only a new one can go on. */
  readonly turnedDown: boolean;
  readonly onStart: () => void;
};

/** Back, Next or Start; and beside a blocked one its reason. */
export function WizardFooter({ wizard, plan, confirmation, starting, turnedDown, onStart }: WizardFooterProps) {
  const words = useWords().wizards;
  const router = useRouter();
  const reason = useBlocked({ wizard, plan, confirmation });
  const next = nextOf(wizard);
  const previous = wizard.step === "confirm" ? "plan" : wizard.step === "plan" ? "preflight" : "choose";
  const again = turnedDown || wizard.expired || (wizard.step !== "choose" && plan && isRefused(plan));
  return (
    <footer className="sticky bottom-0 flex flex-wrap items-center gap-x-4 gap-y-2 border-line1 border-t bg-bg1 px-4.5 py-3">
      <Button tone="ghost" onClick={() => router.back()}>
        {words.cancel}
      </Button>
      <Note reason={reason} plan={plan} planning={wizard.planning} />
      {wizard.step !== "choose" && (
        <Button
          size="lg"
          icon={<ArrowLeft size={14} strokeWidth={1.8} aria-hidden />}
          onClick={() => wizard.go(previous)}
        >
          {words.back}
        </Button>
      )}
      {again && (
        <Button size="lg" onClick={() => wizard.makePlan()}>
          {words.planAgain}
        </Button>
      )}
      {wizard.step === "confirm" ? (
        <Button size="lg" tone="primary" disabled={reason !== undefined || starting} busy={starting} onClick={onStart}>
          {starting ? words.confirm.starting : <StartWords plan={plan} verb={wizard.verb} />}
        </Button>
      ) : (
        <Button
          size="lg"
          tone="primary"
          disabled={reason !== undefined}
          busy={wizard.planning}
          onClick={() => (next === undefined ? wizard.makePlan("preflight") : wizard.go(next))}
        >
          {words.next}
        </Button>
      )}
    </footer>
  );
}

function Note({
  reason,
  plan,
  planning,
}: {
  readonly reason: string | undefined;
  readonly plan: Plan | undefined;
  readonly planning: boolean;
}): ReactNode {
  const { wizards: words, plans } = useWords();
  const text = planning
    ? words.planning
    : (reason ??
      (plan && plans.madeFor({ epoch: plan.basis.currentEpoch, signature: plan.basis.signature.slice(0, 6) })));
  return (
    <p
      className="ml-auto flex min-w-0 items-center gap-2 text-125 text-ink2 max-md:order-first max-md:w-full"
      role="status"
    >
      {text && !reason && !planning && <Lock size={13} strokeWidth={1.6} className="shrink-0 text-ink3" aria-hidden />}
      {text}
    </p>
  );
}

function StartWords({ plan, verb }: { readonly plan: Plan | undefined; readonly verb: Verb }) {
  const { wizards: words, plans } = useWords();
  const slots = plan?.totals.slots ?? 0;
  return <>{slots > 0 ? words.confirm.startSlots(String(slots)) : words.confirm.start(plans.verbs[verb])}</>;
}

function nextOf({ step, plan }: Wizard): "preflight" | "plan" | "confirm" | undefined {
  if (step === "choose") return plan ? "preflight" : undefined;
  return step === "preflight" ? "plan" : "confirm";
}

/** Why Next does nothing; a blocked Next always gives its reason. */
function useBlocked({
  wizard,
  plan,
  confirmation,
}: Pick<WizardFooterProps, "wizard" | "plan" | "confirmation">): string | undefined {
  const { blocked } = useWords().wizards;
  if (wizard.planning) return blocked.planning;
  if (wizard.step === "choose") return wishOf(wizard.draft) ? undefined : blocked.incomplete;
  if (!plan) return blocked.planFailed;
  if (wizard.expired) return blocked.expired;
  if (isRefused(plan))
    return blocked.refused(plan.preflight.filter((l) => l.kind === "refuse" && l.state === "fail").length);
  if (wizard.step !== "confirm") return undefined;
  if (plan.confirm.typed && confirmation.typed !== plan.confirm.typed) return blocked.typed(plan.confirm.typed);
  const needsReason = plan.confirm.needsReason || failedHolds(plan).length > 0;
  return needsReason && confirmation.reason.trim() === "" ? blocked.reason : undefined;
}
