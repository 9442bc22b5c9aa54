"use client";
import Link from "next/link";
import type { ReactNode } from "react";
import { useClusterHistory } from "@/components/data/live-context";
import { useWords } from "@/components/data/words";
import { Ribbon } from "@/components/shards/ribbon";
import { environmentColor, isPartlyBySummary, stateTone } from "@/components/shell/cluster-state";
import { Engine, EnvironmentName } from "@/components/shell/header";
import { Chip, ToneIcon } from "@/components/ui/chip";
import { cx } from "@/components/ui/cx";
import { Spark } from "@/components/ui/spark";
import { type Quantity, splitBytes, splitShort, UNKNOWN } from "@/lib/format";
import { isActive } from "@/lib/operation";
import type { ClusterSummary } from "@/lib/wire/clusters";

/** The whole card is one link to the cluster; what it shows is what its header would say. */
type ClusterCardProps = {
  readonly cluster: ClusterSummary;
  /** Something else stands in the upper right corner. */
  readonly roomAbove?: boolean;
};

export function ClusterCard({ cluster, roomAbove }: ClusterCardProps) {
  const words = useWords();
  const state = isPartlyBySummary(cluster) ? "partly" : cluster.state;
  const history = useClusterHistory(cluster.id);
  return (
    <Link
      href={`/clusters/${cluster.id}`}
      aria-label={words.clusters.card.open(cluster.name)}
      className={cx(
        "relative flex h-full flex-col gap-3 overflow-hidden rounded-panel border p-4 pt-[19px] transition-colors",
        cluster.state === "down"
          ? "border-bad-line panel-bad hover:border-bad"
          : "border-line1 bg-bg1 hover:border-line3",
      )}
    >
      <span
        aria-hidden
        className="absolute inset-x-0 top-0 h-[3px]"
        style={{ background: environmentColor[cluster.environment] }}
      />
      <header className={cx("flex items-start gap-3", roomAbove && "pr-8 max-md:pr-12")}>
        <div className="min-w-0 flex-1">
          <h2 className="truncate text-15 font-semibold">{cluster.name}</h2>
          <p className="flex flex-wrap items-center gap-x-3 text-12 text-ink3">
            <Engine summary={cluster} />
            <EnvironmentName summary={cluster} />
            {cluster.tls && <span>{words.clusters.card.tls}</span>}
          </p>
        </div>
        <Chip tone={stateTone[cluster.state]}>{words.shell.states[state]}</Chip>
      </header>
      <Ribbon shards={cluster.ribbon} height={20} />
      <Figures cluster={cluster} ops={history.opsPerSec} />
      <Foot cluster={cluster} />
    </Link>
  );
}

type FiguresProps = { readonly cluster: ClusterSummary; readonly ops: readonly (number | undefined)[] };

function Figures({ cluster, ops }: FiguresProps) {
  const words = useWords().clusters.card;
  const lost = cluster.nodesAnswering < cluster.nodesKnown;
  return (
    <dl className="grid grid-cols-[1.1fr_1fr_1fr_1fr] gap-3">
      <Figure label={words.nodes} tone={lost ? "text-warn" : undefined}>
        {cluster.nodesKnown === 0 ? <Unknown /> : words.ofNodes(cluster.nodesAnswering, cluster.nodesKnown)}
      </Figure>
      <Figure label={words.ops} aside={<Spark values={ops} width={44} height={14} />}>
        <Amount value={cluster.opsPerSec} split={splitShort} />
      </Figure>
      <Figure label={words.memory}>
        <Amount value={cluster.usedBytes} split={splitBytes} />
      </Figure>
      <Figure label={words.keys}>
        <Amount value={cluster.keys} split={splitShort} />
      </Figure>
    </dl>
  );
}

type FigureProps = {
  readonly label: string;
  readonly tone?: string | undefined;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
};

function Figure({ label, tone, aside, children }: FigureProps) {
  return (
    <div className="flex min-w-0 flex-col-reverse">
      <dt className="flex items-center gap-2 text-11 text-ink3">
        {label}
        {aside}
      </dt>
      <dd className={cx("num whitespace-nowrap text-15 font-semibold", tone)}>{children}</dd>
    </div>
  );
}

function Amount({ value, split }: { readonly value: number | undefined; readonly split: (value: number) => Quantity }) {
  if (value === undefined) return <Unknown />;
  const { value: text, unit } = split(value);
  return (
    <>
      {text}
      {unit && <span className="ml-0.5 text-12 font-normal text-ink3">{unit}</span>}
    </>
  );
}

export function Unknown() {
  return <span className="hatch inline-block rounded-chip px-2 text-ink3">{UNKNOWN}</span>;
}

function Foot({ cluster }: { readonly cluster: ClusterSummary }) {
  const words = useWords();
  const { bad, warn, note } = cluster.findings;
  const quiet = bad + warn === 0;
  return (
    <footer className="mt-auto flex min-h-[22px] flex-wrap items-center gap-x-4 gap-y-1 border-t border-line1 pt-2.5 text-12">
      {cluster.state === "unknown" && cluster.nodesAnswering === 0 && (
        <span className="text-ink3">{words.clusters.card.neverSeen}</span>
      )}
      {bad > 0 && (
        <span className="inline-flex items-center gap-1.5 font-medium text-bad">
          <ToneIcon tone="bad" size={13} />
          {words.clusters.card.bad(bad)}
        </span>
      )}
      {warn > 0 && (
        <span className="inline-flex items-center gap-1.5 text-warn">
          <ToneIcon tone="warn" size={13} />
          {words.clusters.card.warn(warn)}
        </span>
      )}
      {quiet && cluster.state === "ok" && (
        <span className="text-ink3">{note > 0 ? words.clusters.card.note(note) : words.clusters.card.noFindings}</span>
      )}
      {cluster.operation && (
        <span className={cx("ml-auto", isActive(cluster.operation.state) ? "text-info" : "text-warn")}>
          {words.shell.operation.chip(cluster.operation.id, cluster.operation.state, cluster.operation.openSlots)}
        </span>
      )}
    </footer>
  );
}
