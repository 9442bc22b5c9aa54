"use client";
import { sentenceOf } from "@/components/data/api";
import { useNow } from "@/components/data/live-context";
import { useCluster, useOperation, useSession } from "@/components/data/queries";
import { useWords } from "@/components/data/words";
import { MiniSlotMap } from "@/components/slots/mini-slot-map";
import { ToneIcon } from "@/components/ui/chip";
import { EmptyState } from "@/components/ui/empty-state";
import { Panel } from "@/components/ui/panel";
import type { ClusterId } from "@/lib/cluster/node";
import type { Topology } from "@/lib/cluster/topology";
import { formatCount, formatDateTime, formatTime } from "@/lib/format";
import { isActive, isEnded, type Operation } from "@/lib/operation";
import { roleAllows } from "@/lib/wire/access";
import { OperationControls } from "./operation-controls";
import { OperationFigures } from "./operation-figures";
import { OperationPairs } from "./operation-pairs";
import { OperationProof } from "./operation-proof";
import { toneOfState } from "./operation-state";
import { OperationSteps } from "./operation-steps";
import { Transcript } from "./transcript";
import type { WizardStep } from "./use-wizard";
import { WizardSteps } from "./wizard-steps";

type OperationScreenProps = { readonly clusterId: ClusterId; readonly operationId: number };

export function OperationScreen({ clusterId, operationId }: OperationScreenProps) {
  const words = useWords().topology;
  const operation = useOperation(clusterId, operationId);
  const cluster = useCluster(clusterId);
  if (operation.error) return <EmptyState title={sentenceOf(operation.error)} />;
  if (!operation.data) return <EmptyState title={words.loading} />;
  return <Run operation={operation.data as Operation} topology={cluster.data?.topology} />;
}

const stepOf = ({ state }: Operation): WizardStep => (state === "proving" || state === "succeeded" ? "proof" : "run");

function Run({ operation, topology }: { readonly operation: Operation; readonly topology: Topology | undefined }) {
  const { operations: words, plans } = useWords();
  const session = useSession();
  const nowMs = useNow();
  const mayOperate = session.data ? roleAllows(session.data.role, "operator") : false;
  const moves = operation.plan.steps.some((step) => step.kind === "move-slots");
  return (
    <div className="flex min-h-full flex-col">
      <header className="flex min-h-14 flex-wrap items-center justify-between gap-x-6 gap-y-2 border-line1 border-b px-4.5 py-2.5">
        <h1 className="font-semibold text-15 text-ink">
          {words.operation(operation.id)}{" "}
          <span className="font-normal text-ink2">{plans.verbs[operation.plan.verb]}</span>
        </h1>
        <WizardSteps current={stepOf(operation)} done={operation.state === "succeeded"} />
        <p className="num text-12 text-ink3">{words.startedBy(operation.startedBy, formatTime(operation.createdMs))}</p>
      </header>
      <div className="flex min-h-0 flex-1 flex-col lg:flex-row">
        <div className="flex min-w-0 flex-1 flex-col gap-3 p-4.5">
          <Scheduled operation={operation} />
          <Stopped operation={operation} />
          <Panel flush>
            <OperationFigures operation={operation} nowMs={nowMs} />
            {moves && <OperationPairs operation={operation} />}
          </Panel>
          {(isEnded(operation.state) || operation.proof.length > 0) && <OperationProof operation={operation} />}
          <OperationSteps operation={operation} topology={topology} nowMs={nowMs} />
          <Transcript operation={operation} topology={topology} live={isActive(operation.state)} />
        </div>
        <aside className="flex w-full shrink-0 flex-col gap-4 border-line1 border-t bg-bg1 p-4 lg:w-[420px] lg:border-t-0 lg:border-l">
          {topology && (
            <section>
              <h2 className="mb-2.5 flex justify-between font-semibold text-13 text-ink">
                {words.map.title} <span className="font-normal text-12 text-ink3">{words.map.owner}</span>
              </h2>
              <MiniSlotMap topology={topology} operation={operation} />
            </section>
          )}
          <OpenSlots operation={operation} />
        </aside>
      </div>
      <OperationControls operation={operation} mayOperate={mayOperate} />
    </div>
  );
}

function Scheduled({ operation }: { readonly operation: Operation }) {
  const words = useWords().operations.schedule;
  const { state, schedule } = operation;
  if (!schedule || isEnded(state)) return null;
  const { atMs, window } = schedule;
  const when = [
    ...(atMs === undefined ? [] : [words.at(formatDateTime(atMs))]),
    ...(window ? [words.window(window.from, window.to)] : []),
  ].join(", ");
  return (
    <p className="rounded-panel border border-info-line bg-info-ground px-3.5 py-2.5 text-13 text-ink">
      {state === "scheduled" ? words.waits(when) : words.runs(when)}
    </p>
  );
}

/** Why it does not run, in the operator's words, before anything else. */
function Stopped({ operation }: { readonly operation: Operation }) {
  const words = useWords().operations;
  const { state, reason, settled } = operation;
  if (settled === false)
    return (
      <p role="alert" className="rounded-panel border border-bad-line bg-bad-ground px-3.5 py-2.5 text-13 text-ink">
        {words.headline.cameUndone}
      </p>
    );
  if (state !== "paused" && state !== "failed" && state !== "interrupted") return null;
  const tone = toneOfState(state);
  return (
    <div
      role="alert"
      className={`flex items-start gap-2.5 rounded-panel border px-3.5 py-2.5 ${tone === "bad" ? "border-bad-line bg-bad-ground" : "border-warn-line bg-warn-ground"}`}
    >
      <ToneIcon tone={tone} size={16} className="mt-0.5" />
      <div>
        <p className="font-semibold text-13 text-ink">{words.headline[state]}</p>
        {reason && <p className="text-13 text-ink2">{reason.text}</p>}
      </div>
    </div>
  );
}

const OPEN_SHOWN = 8;

/** That nothing is open is data of the operation, not a claim. */
function OpenSlots({ operation }: { readonly operation: Operation }) {
  const words = useWords().operations.openSlots;
  const { openSlots } = operation;
  return (
    <section>
      <h2 className="mb-1.5 font-semibold text-13 text-ink">
        {words.title} <span className="num font-normal text-ink3">{formatCount(openSlots.length)}</span>
      </h2>
      {openSlots.length === 0 && <p className="text-125 text-ink3">{words.none}</p>}
      <ul className="num">
        {openSlots.slice(0, OPEN_SHOWN).map((open) => (
          <li key={open.slot} className="py-0.5 text-12 text-ink2">
            {open.keysLeft === undefined
              ? words.lineUnknown(open.slot)
              : words.line(open.slot, formatCount(open.keysLeft))}
          </li>
        ))}
        {openSlots.length > OPEN_SHOWN && (
          <li className="text-12 text-ink3">+{formatCount(openSlots.length - OPEN_SHOWN)}</li>
        )}
      </ul>
    </section>
  );
}
