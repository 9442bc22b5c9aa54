"use client";
import Link from "next/link";
import type { ReactNode } from "react";
import { useCluster } from "@/components/data/queries";
import { useWords } from "@/components/data/words";
import { Chip } from "@/components/ui/chip";
import { cx } from "@/components/ui/cx";
import { Tooltip } from "@/components/ui/tooltip";
import type { ClusterId } from "@/lib/cluster/node";
import { SLOT_COUNT } from "@/lib/cluster/slots";
import type { Topology } from "@/lib/cluster/topology";
import { formatCount } from "@/lib/format";
import { isActive } from "@/lib/operation";
import type { ClusterSummary } from "@/lib/wire/clusters";
import { environmentColor, isPartly, lostPrimaries, servedSlots, stateTone } from "./cluster-state";
import { ClusterSwitcher } from "./cluster-switcher";
import { CommandPalette } from "./command-palette";
import { LiveAge } from "./live-age";
import { useClusterId } from "./use-cluster-id";
import { UserMenu } from "./user-menu";

export function Header() {
  const id = useClusterId();
  return (
    <header className="relative flex h-12 min-w-0 items-center gap-3 border-b border-line1 bg-bg1 px-3.5 max-md:h-14 max-md:px-4">
      <ClusterSwitcher />
      <div className="stale-dim flex min-w-0 flex-1 items-center gap-x-4 overflow-hidden max-md:hidden">
        {id && <ClusterFacts id={id} />}
      </div>
      <CommandPalette />
      <LiveAge {...(id ? { id } : {})} />
      <span aria-hidden className="h-5 w-px shrink-0 bg-line2 max-md:hidden" />
      <UserMenu />
    </header>
  );
}

/** T7: which environment this is, on every screen. */
export function EnvironmentBand() {
  const id = useClusterId();
  return id ? <Band id={id} /> : null;
}

function Band({ id }: { readonly id: ClusterId }) {
  const words = useWords().shell;
  const { data } = useCluster(id);
  if (!data) return null;
  const { environment } = data.summary;
  return (
    <div
      role="note"
      aria-label={words.environmentBand(words.environments[environment])}
      className="pointer-events-none absolute inset-x-0 top-0 z-30 h-[3px]"
      style={{ background: environmentColor[environment] }}
    />
  );
}

function ClusterFacts({ id }: { readonly id: ClusterId }) {
  const { data } = useCluster(id);
  if (!data) return null;
  const { summary, topology } = data;
  return (
    <>
      <span className="flex shrink-0 items-center gap-2.5 text-12 text-ink3">
        <Engine summary={summary} />
        <EnvironmentName summary={summary} />
      </span>
      <span aria-hidden className="h-5 w-px shrink-0 bg-line2" />
      {topology && <TopologyFacts topology={topology} />}
      <OperationChip summary={summary} />
    </>
  );
}

export function EnvironmentName({ summary }: { readonly summary: Pick<ClusterSummary, "environment"> }) {
  const words = useWords().shell;
  return (
    <span className="inline-flex items-center gap-1.5">
      <span
        aria-hidden
        className="size-[7px] rounded-cell"
        style={{ background: environmentColor[summary.environment] }}
      />
      {words.environments[summary.environment]}
    </span>
  );
}

export function Engine({ summary }: { readonly summary: ClusterSummary }) {
  const words = useWords().shell;
  if (!summary.engine) return null;
  return (
    <span className="whitespace-nowrap">
      {words.engines[summary.engine]} {summary.version}
    </span>
  );
}

function TopologyFacts({ topology }: { readonly topology: Topology }) {
  const words = useWords().shell.facts;
  const served = servedSlots(topology);
  const { agree, answering } = topology.agreement;
  return (
    <>
      <StateChip topology={topology} />
      <Fact wide="xl" bad={served < SLOT_COUNT}>
        <b className="num font-semibold">{formatCount(served)}</b> {served < SLOT_COUNT ? words.served : words.covered}
      </Fact>
      <Fact wide="2xl">
        {words.epoch} <b className="num font-semibold">{formatCount(topology.currentEpoch)}</b>
      </Fact>
      <Fact wide="lg" warn={agree < answering || answering === 0}>
        <b className="num font-semibold">{words.ofViews(agree, answering)}</b> {words.agree}
      </Fact>
    </>
  );
}

type FactProps = {
  readonly wide: "lg" | "xl" | "2xl";
  readonly warn?: boolean;
  readonly bad?: boolean;
  readonly children: ReactNode;
};

const fromWidth = {
  lg: "hidden lg:inline",
  xl: "hidden min-[1180px]:inline",
  "2xl": "hidden min-[1360px]:inline",
} as const;

function Fact({ wide, warn, bad, children }: FactProps) {
  return (
    <span
      className={cx(
        "whitespace-nowrap text-12",
        fromWidth[wide],
        bad ? "text-bad" : warn ? "text-warn" : "text-ink2 [&>b]:text-ink",
      )}
    >
      {children}
    </span>
  );
}

export function StateChip({ topology }: { readonly topology: Topology }) {
  const words = useWords().shell;
  const lost = lostPrimaries(topology);
  const text = lost > 0 ? words.primariesLost(lost) : words.states[isPartly(topology) ? "partly" : topology.state];
  return <Chip tone={lost > 0 ? "bad" : stateTone[topology.state]}>{text}</Chip>;
}

function OperationChip({ summary }: { readonly summary: ClusterSummary }) {
  const words = useWords().shell.operation;
  const { operation } = summary;
  if (!operation) return null;
  const verb = words.verbs[operation.verb];
  return (
    <Tooltip text={words.title(verb, operation.state)} side="bottom">
      <Link href={`/clusters/${summary.id}/operations/${operation.id}`} className="shrink-0 rounded-chip">
        <Chip tone={isActive(operation.state) ? "info" : "warn"}>
          {words.chip(operation.id, operation.state, operation.openSlots)}
        </Chip>
      </Link>
    </Tooltip>
  );
}
