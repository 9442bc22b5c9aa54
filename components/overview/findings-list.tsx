"use client";
import { ChevronRight } from "lucide-react";
import Link from "next/link";
import { useNow } from "@/components/data/live-context";
import { useSession } from "@/components/data/queries";
import { useWords } from "@/components/data/words";
import { buttonClass } from "@/components/ui/button";
import { type Tone, ToneIcon } from "@/components/ui/chip";
import { CopyButton } from "@/components/ui/copy-button";
import { cx } from "@/components/ui/cx";
import { Panel } from "@/components/ui/panel";
import type { Finding, Severity } from "@/lib/cluster/finding";
import type { Topology } from "@/lib/cluster/topology";
import { formatAge } from "@/lib/format";
import { findingDraft } from "@/lib/layout/finding-draft";
import { weightOf } from "@/lib/layout/finding-weight";
import { verbSchema } from "@/lib/plans/plan";
import { roleAllows } from "@/lib/wire/access";
import type { ClusterSummary } from "@/lib/wire/clusters";
import { wizardPath } from "@/lib/wire/wizard-link";
import { DeepCheckRow } from "./deep-check-row";

const tones: Readonly<Record<Severity, Tone>> = { bad: "bad", warn: "warn", note: "quiet" };
const ground: Readonly<Record<Severity, string>> = { bad: "bg-bad-ground", warn: "bg-warn-ground", note: "bg-bg3" };
const order: Readonly<Record<Severity, number>> = { bad: 0, warn: 1, note: 2 };

type FindingsListProps = {
  readonly findings: readonly Finding[];
  readonly topology: Topology;
  readonly operation: ClusterSummary["operation"];
};

/** Evidence, since when; opened: the risk, what to do, the same by hand, the wizard that mends it. */
export function FindingsList({ findings: found, topology, operation }: FindingsListProps) {
  const words = useWords().overview.findings;
  const findings = found.map((finding) => ({ ...finding, severity: weightOf(finding, operation) }));
  const sorted = findings.sort((a, b) => order[a.severity] - order[b.severity] || a.sinceMs - b.sinceMs);
  return (
    <Panel flush title={words.title} aside={findings.length > 0 ? words.count(findings.length) : undefined}>
      {findings.length === 0 && (
        <p className="flex items-center gap-2 border-t border-line1 px-3.5 py-3 text-125 text-ink2">
          <ToneIcon tone="ok" size={15} />
          {words.none}
        </p>
      )}
      <ul>
        {sorted.map((finding) => (
          <FindingRow key={finding.key} {...{ finding, topology }} />
        ))}
      </ul>
      <DeepCheckRow clusterId={topology.clusterId} />
    </Panel>
  );
}

type FindingRowProps = { readonly finding: Finding; readonly topology: Topology };

function FindingRow({ finding, topology }: FindingRowProps) {
  const words = useWords();
  const mine = words.overview.findings;
  const said = words.findings[finding.code];
  const nowMs = useNow(1000);
  return (
    <li className="border-t border-line1">
      <details className="group">
        <summary className="flex list-none items-start gap-3 px-3.5 py-2.5 -outline-offset-2 hover:bg-bg2 [&::-webkit-details-marker]:hidden">
          <span
            className={cx(
              "mt-0.5 inline-flex size-[22px] shrink-0 items-center justify-center rounded-chip",
              ground[finding.severity],
            )}
          >
            <ToneIcon tone={tones[finding.severity]} size={13} />
            <span className="sr-only">{mine.severity[finding.severity]}</span>
          </span>
          <span className="min-w-0 flex-1">
            <span className="block text-13 font-semibold max-md:text-15">{said.title}</span>
            <span className="block text-12 text-ink2 [overflow-wrap:anywhere]">{said.sentence(finding.details)}</span>
          </span>
          <span className="num mt-0.5 flex shrink-0 items-center gap-1 whitespace-nowrap text-12 text-ink2">
            {formatAge(nowMs - finding.sinceMs)}
            <ChevronRight
              size={14}
              strokeWidth={1.8}
              className="text-ink3 transition-transform group-open:rotate-90"
              aria-hidden
            />
          </span>
        </summary>
        <FindingMore finding={finding} topology={topology} />
      </details>
    </li>
  );
}

function FindingMore({ finding, topology }: FindingRowProps) {
  const words = useWords();
  const mine = words.overview.findings;
  const said = words.findings[finding.code];
  const { data: session } = useSession();
  const mayAct = session !== undefined && roleAllows(session.role, "operator");
  const draft = mayAct ? findingDraft(finding, topology) : undefined;
  const verb = verbSchema.safeParse(finding.verb);
  return (
    <div className="flex flex-col gap-2 px-3.5 pb-3.5 pl-[48px] text-12 text-ink2">
      <p>
        <b className="font-medium text-ink3">{mine.risk}: </b>
        {said.risk}
      </p>
      <p>
        <b className="font-medium text-ink3">{mine.mend}: </b>
        {said.mend}
      </p>
      {said.byHand && (
        <p className="flex items-start gap-2 rounded-control bg-well px-2.5 py-1.5">
          <code className="min-w-0 flex-1 text-11 leading-5 text-ink [overflow-wrap:anywhere]">{said.byHand}</code>
          <CopyButton iconOnly text={said.byHand} label={mine.copyLabel} copiedLabel={words.shell.copied} />
        </p>
      )}
      {draft && verb.success && (
        <Link href={wizardPath(topology.clusterId, draft)} className={cx(buttonClass({ size: "sm" }), "self-start")}>
          {mine.open(words.shell.operation.verbs[verb.data])}
        </Link>
      )}
    </div>
  );
}
