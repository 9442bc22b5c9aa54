"use client";
import { useQueryClient } from "@tanstack/react-query";
import { Grid3x3 } from "lucide-react";
import { useEffect } from "react";
import { sentenceOf } from "@/components/data/api";
import { keys, useCluster, useOperation, useSession, useSlotKeys as useSlotKeyCounts } from "@/components/data/queries";
import { useWords } from "@/components/data/words";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Skeleton } from "@/components/ui/skeleton";
import type { ClusterId } from "@/lib/cluster/node";
import { roleAllows } from "@/lib/wire/access";
import { SlotsBoard } from "./slots-board";

/** Counting all slots is a read of 16 384 numbers: often enough to follow, seldom enough not to be felt. */
const COUNT_EVERY_MS = 15_000;
/** While keys move, counts are soon old. */
const COUNT_MOVING_MS = 4000;

/** The slot map of a cluster, live. */
export function SlotsScreen({ clusterId }: { readonly clusterId: ClusterId }) {
  const words = useWords().slots;
  const cluster = useCluster(clusterId);
  const session = useSession();
  const runningId = cluster.data?.summary.operation?.id;
  useRecount(clusterId, runningId);
  const { data: counted } = useSlotKeyCounts(clusterId, {
    enabled: cluster.data?.topology !== undefined,
    everyMs: runningId === undefined ? COUNT_EVERY_MS : COUNT_MOVING_MS,
  });
  const { data: operation } = useOperation(clusterId, runningId);
  const topology = cluster.data?.topology;
  if (topology)
    return (
      <SlotsBoard
        clusterId={clusterId}
        topology={topology}
        operation={runningId === undefined ? undefined : operation}
        counts={counted?.counts}
        mayOperate={session.data ? roleAllows(session.data.role, "operator") : false}
      />
    );
  if (cluster.error)
    return (
      <EmptyState
        icon={<Grid3x3 size={28} strokeWidth={1.4} aria-hidden />}
        title={words.notRead}
        text={sentenceOf(cluster.error)}
        className="h-full"
      >
        <Button onClick={() => void cluster.refetch()}>{words.again}</Button>
      </EmptyState>
    );
  return <Waiting text={words.firstSweep} />;
}

/** When an operation ends, what was counted while keys were on their way is counted again at once. */
function useRecount(clusterId: ClusterId, runningId: number | undefined): void {
  const client = useQueryClient();
  useEffect(() => {
    if (runningId === undefined) return;
    return () => void client.invalidateQueries({ queryKey: keys.slotKeys(clusterId) });
  }, [client, clusterId, runningId]);
}

function Waiting({ text }: { readonly text: string }) {
  return (
    <div className="flex h-full flex-col items-center justify-center gap-4 p-4" role="status">
      <Skeleton className="aspect-square w-full max-w-[512px]" />
      <p className="text-12 text-ink3">{text}</p>
    </div>
  );
}
