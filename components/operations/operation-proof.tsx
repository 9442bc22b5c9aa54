"use client";
import { useWords } from "@/components/data/words";
import { type Tone, ToneIcon } from "@/components/ui/chip";
import { Panel } from "@/components/ui/panel";
import { formatCount } from "@/lib/format";
import type { Operation, ProofLine } from "@/lib/operation";
import { movedOf } from "./use-speed";

const tones: Readonly<Record<ProofLine["state"], Tone>> = { pass: "ok", fail: "bad", unknown: "warn" };

/** What every node said at the end: success is read from the views, never from a reply. */
export function OperationProof({ operation }: { readonly operation: Operation }) {
  const words = useWords().operations.proof;
  const { totals } = operation.plan;
  const uncertain = operation.steps.reduce((sum, step) => sum + step.keysUncertain, 0);
  return (
    <Panel
      title={words.title}
      aside={
        totals.slots > 0
          ? words.result(formatCount(movedOf(operation).slots), formatCount(totals.slotsAsked))
          : undefined
      }
    >
      {operation.proof.length === 0 && <p className="text-13 text-ink3">{words.pending}</p>}
      <ul className="flex flex-col gap-1.5">
        {operation.proof.map((line) => (
          <li key={`${line.code} ${line.text}`} className="flex items-start gap-2.5 text-13 text-ink">
            <ToneIcon tone={tones[line.state]} className="mt-0.5" />
            {line.text}
          </li>
        ))}
      </ul>
      {uncertain > 0 && <p className="mt-2 text-12 text-warn">{words.uncertain(formatCount(uncertain))}</p>}
      {operation.state === "succeeded" && (
        <p className="mt-2 text-12 text-ink3">
          {operation.settled === undefined ? words.settling : operation.settled ? words.settled : words.undone}
        </p>
      )}
    </Panel>
  );
}
