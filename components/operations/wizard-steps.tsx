"use client";
import { Check } from "lucide-react";
import { useWords } from "@/components/data/words";
import { cx } from "@/components/ui/cx";
import { type WizardStep, wizardSteps } from "./use-wizard";

type WizardStepsProps = {
  readonly current: WizardStep;
  /** Steps before the current one that can be gone back to. */
  readonly onGo?: ((step: WizardStep) => void) | undefined;
  readonly done?: boolean;
};

/** The same six steps over every wizard and every operation. */
export function WizardSteps({ current, onGo, done }: WizardStepsProps) {
  const words = useWords().wizards;
  const at = wizardSteps.indexOf(current);
  return (
    <ol className="flex min-w-0 items-center gap-1.5">
      {wizardSteps.map((step, i) => {
        const passed = i < at || done;
        const now = i === at && !done;
        const mark = (
          <>
            <span
              className={cx(
                "num grid size-[21px] shrink-0 place-items-center rounded-full border text-11 font-semibold",
                now && "border-accent bg-accent text-on-accent",
                passed && "border-ok text-ok",
                !now && !passed && "border-line2 text-ink3",
              )}
            >
              {passed ? <Check size={12} strokeWidth={2.6} aria-hidden /> : i + 1}
            </span>
            <span
              className={cx(
                "text-125",
                now ? "font-semibold text-ink" : passed ? "text-ink2" : "text-ink3",
                !now && "max-lg:sr-only",
              )}
            >
              {words.steps[step]}
            </span>
          </>
        );
        return (
          <li key={step} className="flex items-center gap-1.5" aria-current={now ? "step" : undefined}>
            {i > 0 && (
              <span aria-hidden className={cx("mx-1 h-px w-4 xl:w-7", i <= at || done ? "bg-ok" : "bg-line2")} />
            )}
            {onGo && i < at ? (
              <button type="button" className="flex items-center gap-2 hover:text-ink" onClick={() => onGo(step)}>
                {mark}
              </button>
            ) : (
              <span className="flex items-center gap-2">{mark}</span>
            )}
          </li>
        );
      })}
    </ol>
  );
}
