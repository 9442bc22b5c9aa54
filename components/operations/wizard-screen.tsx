"use client";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { sentenceOf } from "@/components/data/api";
import { useNow } from "@/components/data/live-context";
import { useCall, useCluster, useSession } from "@/components/data/queries";
import { useWords } from "@/components/data/words";
import { EmptyState } from "@/components/ui/empty-state";
import type { ClusterId } from "@/lib/cluster/node";
import type { Topology } from "@/lib/cluster/topology";
import { formatTime } from "@/lib/format";
import type { Verb } from "@/lib/plans/plan";
import { roleAllows } from "@/lib/wire/access";
import { chooseOf } from "./choose";
import { type Confirmation, ConfirmForm } from "./confirm-form";
import { PlanView } from "./plan-view";
import { PreflightList } from "./preflight-list";
import { useWizard, type Wizard } from "./use-wizard";
import { WizardFooter } from "./wizard-footer";
import { WizardSteps } from "./wizard-steps";

type WizardScreenProps = { readonly clusterId?: ClusterId; readonly verb: Verb };

export function WizardScreen({ clusterId, verb }: WizardScreenProps) {
  const words = useWords().wizards;
  const session = useSession();
  if (!session.data) return null;
  if (!roleAllows(session.data.role, verb === "create" ? "admin" : "operator"))
    return <EmptyState title={words.viewerTitle} text={words.viewerText} />;
  return clusterId ? (
    <WithCluster clusterId={clusterId} verb={verb} />
  ) : (
    <Steps verb={verb} topology={undefined} running={undefined} />
  );
}

function WithCluster({ clusterId, verb }: { readonly clusterId: ClusterId; readonly verb: Verb }) {
  const words = useWords().topology;
  const { data } = useCluster(clusterId);
  if (!data?.topology) return <EmptyState title={words.loading} />;
  return <Steps verb={verb} topology={data.topology} running={data.summary.operation?.id} />;
}

const untouched: Confirmation = { typed: "", reason: "", goOnAfterRestart: true };

type StepsProps = {
  readonly verb: Verb;
  readonly topology: Topology | undefined;
  /** The operation that has the cluster now. */
  readonly running: number | undefined;
};

function Steps({ verb, topology, running }: StepsProps) {
  const { wizards: words, plans } = useWords();
  const router = useRouter();
  const nowMs = useNow(5000);
  const wizard = useWizard(verb, topology?.clusterId, nowMs);
  const [confirmation, setConfirmation] = useState(untouched);
  const start = useCall("operations.start");
  const { plan } = wizard;
  /** Until the operation's own page is here: what has the cluster now is this very plan. */
  const isLeaving = start.isPending || start.isSuccess;
  const Choose = chooseOf(verb);

  const run = () => {
    if (!plan) return;
    const { typed, reason, goOnAfterRestart, schedule } = confirmation;
    start.mutate(
      {
        params: { clusterId: plan.clusterId },
        body: {
          planId: plan.id,
          goOnAfterRestart,
          ...(typed ? { typed } : {}),
          ...(reason ? { reason } : {}),
          ...(schedule ? { schedule } : {}),
        },
      },
      { onSuccess: (operation) => router.push(`/clusters/${operation.clusterId}/operations/${operation.id}`) },
    );
  };

  const makePlan: Wizard["makePlan"] = (then) => {
    start.reset();
    wizard.makePlan(then);
  };

  return (
    <div className="flex min-h-full flex-col">
      <header className="flex min-h-14 flex-wrap items-center justify-between gap-x-6 gap-y-2 border-line1 border-b px-4.5 py-2.5">
        <h1 className="font-semibold text-15 text-ink">{plans.verbs[verb]}</h1>
        <WizardSteps current={wizard.step} onGo={(step) => step !== "run" && step !== "proof" && wizard.go(step)} />
        <p className="num min-w-40 text-right text-12 text-ink3">
          {plan && words.plan.made(plan.id.slice(0, 6), formatTime(plan.madeAtMs))}
        </p>
      </header>
      <div className="flex min-h-0 flex-1 flex-col overflow-y-auto">
        {topology && running && !isLeaving && <BusyNote clusterId={topology.clusterId} operationId={running} />}
        {(wizard.planError ?? start.error) && <Problem text={sentenceOf(wizard.planError ?? start.error)} />}
        {wizard.step === "choose" && (
          <div className="max-w-3xl p-4.5">
            <p className="mb-5 max-w-2xl text-13 text-ink2">{words.about[verb]}</p>
            <Choose draft={wizard.draft} topology={topology} onChange={wizard.change} />
          </div>
        )}
        {plan && wizard.step === "preflight" && <PreflightList plan={plan} />}
        {plan && wizard.step === "plan" && <PlanView plan={plan} topology={topology} />}
        {plan && wizard.step === "confirm" && (
          <ConfirmForm plan={plan} value={confirmation} onChange={setConfirmation} />
        )}
      </div>
      <WizardFooter
        wizard={{ ...wizard, makePlan }}
        plan={plan}
        confirmation={confirmation}
        starting={isLeaving}
        turnedDown={start.isError}
        onStart={run}
      />
    </div>
  );
}

function Problem({ text }: { readonly text: string }) {
  return (
    <p
      role="alert"
      className="mx-4.5 mt-4 rounded-panel border border-bad-line bg-bad-ground px-3.5 py-2.5 text-13 text-ink"
    >
      {text}
    </p>
  );
}

/** A plan may be prepared meanwhile; it starts when the other has ended. */
function BusyNote({ clusterId, operationId }: { readonly clusterId: ClusterId; readonly operationId: number }) {
  const words = useWords().wizards;
  return (
    <p className="mx-4.5 mt-4 flex flex-wrap items-center gap-x-3 gap-y-1 rounded-panel border border-info-line bg-info-ground px-3.5 py-2.5 text-13 text-ink">
      <span className="font-semibold">{words.busyTitle(operationId)}</span> {words.busyText}
      <Link className="font-medium underline" href={`/clusters/${clusterId}/operations/${operationId}`}>
        {words.watch}
      </Link>
    </p>
  );
}
