"use client";
import { Plus, Settings2 } from "lucide-react";
import Link from "next/link";
import { sentenceOf } from "@/components/data/api";
import { useClusters, useSession } from "@/components/data/queries";
import { useWords } from "@/components/data/words";
import { Logo } from "@/components/shell/logo";
import { Button, buttonClass } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Skeleton } from "@/components/ui/skeleton";
import { Tooltip } from "@/components/ui/tooltip";
import { roleAllows } from "@/lib/wire/access";
import type { ClusterSummary } from "@/lib/wire/clusters";
import { ClusterCard } from "./cluster-card";

/** Broken ones first, then by name: the eye finds its place again as long as nothing breaks. */
const rank: Readonly<Record<ClusterSummary["state"], number>> = { down: 0, degraded: 1, unknown: 2, ok: 3 };

export function ClustersScreen() {
  const words = useWords().clusters;
  const { data, error, refetch } = useClusters();
  const { data: session } = useSession();
  const mayChange = session !== undefined && roleAllows(session.role, "operator");
  const mayAdd = session !== undefined && roleAllows(session.role, "admin");
  if (!data && error)
    return (
      <EmptyState title={words.unreachable} text={sentenceOf(error)} className="min-h-[60dvh]">
        <Button tone="primary" onClick={() => void refetch()}>
          {words.again}
        </Button>
      </EmptyState>
    );
  const broken = data?.filter((cluster) => cluster.state === "down").length ?? 0;
  return (
    <div className="mx-auto max-w-[1500px] p-4.5 max-md:p-4">
      <header className="mb-4 flex flex-wrap items-center gap-x-4 gap-y-3">
        <h1 className="text-15 font-semibold">{words.title}</h1>
        {data && (
          <p className="text-125 text-ink3">
            {words.count(data.length)}
            {broken > 0 && <span className="ml-3 font-medium text-bad">{words.broken(broken)}</span>}
          </p>
        )}
        {mayAdd && data && data.length > 0 && <AddButtons className="ml-auto max-md:ml-0 max-md:w-full" />}
      </header>
      {data?.length === 0 ? (
        <EmptyState
          icon={<Logo size={48} />}
          title={words.empty.title}
          text={words.empty.text}
          className="min-h-[60dvh]"
        >
          {mayAdd ? <AddButtons primary /> : <p className="text-125 text-ink3">{words.onlyAdmin}</p>}
          <p className="w-full pt-2 text-12 text-ink3">{words.empty.byHand}</p>
        </EmptyState>
      ) : (
        <ul className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,380px),1fr))] gap-3">
          {data
            ? [...data]
                .sort((a, b) => rank[a.state] - rank[b.state] || a.name.localeCompare(b.name))
                .map((cluster) => (
                  <li key={cluster.id} className="relative">
                    <ClusterCard cluster={cluster} roomAbove={mayChange} />
                    {mayChange && <SettingsLink cluster={cluster} />}
                  </li>
                ))
            : [1, 2, 3].map((i) => <Skeleton key={i} className="h-[196px] rounded-panel" />)}
        </ul>
      )}
    </div>
  );
}

function SettingsLink({ cluster }: { readonly cluster: ClusterSummary }) {
  const words = useWords().clusters.settings;
  return (
    <Tooltip text={words.open(cluster.name)}>
      <Link
        href={`/clusters/${cluster.id}/settings`}
        aria-label={words.open(cluster.name)}
        className="absolute right-2.5 top-3.5 inline-flex size-7 items-center justify-center rounded-control text-ink3 hover:bg-bg3 hover:text-ink max-md:right-1 max-md:top-2 max-md:size-11"
      >
        <Settings2 size={15} strokeWidth={1.6} aria-hidden />
      </Link>
    </Tooltip>
  );
}

function AddButtons({ primary, className = "" }: { readonly primary?: boolean; readonly className?: string }) {
  const words = useWords().clusters;
  return (
    <div className={`flex flex-wrap gap-2 ${className}`}>
      <Link href="/clusters/new/create" className={buttonClass()}>
        {words.createButton}
      </Link>
      <Link href="/clusters/new/connect" className={buttonClass({ tone: primary ? "primary" : "default" })}>
        <Plus size={14} strokeWidth={2} aria-hidden />
        {words.connectButton}
      </Link>
    </div>
  );
}
