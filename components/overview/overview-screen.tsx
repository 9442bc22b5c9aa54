"use client";
import { useNow } from "@/components/data/live-context";
import { useCluster, useLastCheck, useManagedNodes } from "@/components/data/queries";
import { useWords } from "@/components/data/words";
import { EmptyState } from "@/components/ui/empty-state";
import { Skeleton } from "@/components/ui/skeleton";
import type { ClusterId } from "@/lib/cluster/node";
import type { Topology } from "@/lib/cluster/topology";
import { troubleOf } from "@/lib/layout/ways-out";
import type { ClusterSnapshot } from "@/lib/wire/clusters";
import { ClusterUnreadable } from "./cluster-unreadable";
import { FindingsList } from "./findings-list";
import { KeyFigures } from "./key-figures";
import { RecentChanges } from "./recent-changes";
import { RunningOperation } from "./running-operation";
import { ServingLine } from "./serving-line";
import { ShardList } from "./shard-list";
import { StateLine } from "./state-line";
import { TroublePanel } from "./trouble-panel";

export function OverviewScreen({ clusterId }: { readonly clusterId: ClusterId }) {
  const words = useWords().overview;
  const { data, error, refetch } = useCluster(clusterId);
  if (!data && error) return <ClusterUnreadable error={error} onRetry={() => void refetch()} />;
  if (!data) return <OverviewSkeleton />;
  if (!data.topology)
    return <EmptyState title={words.waiting.title} text={words.waiting.text} className="min-h-[60dvh]" />;
  return <Overview snapshot={data} topology={data.topology} />;
}

type OverviewProps = { readonly snapshot: ClusterSnapshot; readonly topology: Topology };

function Overview({ snapshot: { summary, findings }, topology }: OverviewProps) {
  const words = useWords().overview;
  const { data: managed, isPending } = useManagedNodes();
  const nowMs = useNow(1000);
  const { data: last } = useLastCheck(summary.id);
  const hidden = (last?.check?.findings ?? []).filter((finding) => finding.code === "keys-unowned");
  const broken = topology.state === "down" || (topology.state === "degraded" && topology.unserved.length > 0);
  const trouble = broken ? troubleOf(topology, managed ?? [], nowMs) : undefined;
  return (
    <div className="mx-auto flex max-w-[1500px] flex-col gap-3 p-4.5 max-md:min-h-full max-md:p-4 max-md:pb-0">
      <h1 className="sr-only">{words.title(summary.name)}</h1>
      {broken ? (
        <TroublePanel topology={topology} trouble={trouble} managed={managed ?? []} waysKnown={!isPending} />
      ) : (
        <StateLine topology={topology} />
      )}
      <div className="max-lg:order-3">
        <KeyFigures topology={topology} />
      </div>
      <div className="grid gap-3 max-lg:contents lg:grid-cols-[minmax(0,1fr)_minmax(340px,400px)]">
        <div className="min-w-0 max-lg:order-4">
          <ShardList topology={topology} />
        </div>
        <div className="flex min-w-0 flex-col gap-3 max-lg:contents">
          {summary.operation && (
            <div className="max-lg:order-2">
              <RunningOperation clusterId={summary.id} operationId={summary.operation.id} />
            </div>
          )}
          <div className="max-lg:order-2">
            <FindingsList findings={[...findings, ...hidden]} topology={topology} operation={summary.operation} />
          </div>
          <div className="max-lg:order-5">
            <RecentChanges clusterId={summary.id} />
          </div>
        </div>
      </div>
      <ServingLine topology={topology} />
    </div>
  );
}

function OverviewSkeleton() {
  return (
    <div className="mx-auto flex max-w-[1500px] flex-col gap-3 p-4.5">
      <Skeleton className="h-[112px] rounded-panel" />
      <Skeleton className="h-[72px] rounded-panel" />
      <div className="grid gap-3 lg:grid-cols-[minmax(0,1fr)_minmax(340px,400px)]">
        <Skeleton className="h-[320px] rounded-panel" />
        <Skeleton className="h-[220px] rounded-panel" />
      </div>
    </div>
  );
}
