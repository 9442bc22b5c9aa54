"use client";
import { sentenceOf } from "@/components/data/api";
import { useCluster, useConnection, useSession } from "@/components/data/queries";
import { useWords } from "@/components/data/words";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Skeleton } from "@/components/ui/skeleton";
import type { ClusterId } from "@/lib/cluster/node";
import { roleAllows } from "@/lib/wire/access";
import { DisconnectPanel } from "./disconnect-panel";
import { AccessPanel } from "./settings-access";
import { AddressesPanel } from "./settings-addresses";
import { LabelsPanel } from "./settings-labels";
import { NamePanel } from "./settings-name";

/** How the console names, groups and reaches one cluster. */
export function SettingsScreen({ clusterId }: { readonly clusterId: ClusterId }) {
  const words = useWords();
  const mine = words.clusters.settings;
  const { data: session } = useSession();
  const mayRead = session !== undefined && roleAllows(session.role, "operator");
  const isAdmin = session !== undefined && roleAllows(session.role, "admin");
  const { data: connection, error, refetch } = useConnection(clusterId, { enabled: mayRead });
  const { data: cluster } = useCluster(clusterId);
  if (session && !mayRead)
    return <EmptyState title={mine.unreachable} text={mine.onlyOperator} className="min-h-[60dvh]" />;
  if (error && !connection)
    return (
      <EmptyState title={mine.unreachable} text={sentenceOf(error)} className="min-h-[60dvh]">
        <Button tone="primary" onClick={() => void refetch()}>
          {words.clusters.again}
        </Button>
      </EmptyState>
    );
  if (!connection) return <Skeleton className="m-4.5 h-[320px] rounded-panel" />;
  const given = { clusterId, connection };
  return (
    <div className="mx-auto flex max-w-[820px] flex-col gap-3 p-4.5 max-md:p-4">
      <header className="mb-1">
        <h1 className="text-15 font-semibold">{mine.title(connection.name)}</h1>
        <p className="mt-1 max-w-[60ch] text-13 text-ink2">{mine.lead}</p>
      </header>
      <NamePanel {...given} />
      <LabelsPanel {...given} topology={cluster && (cluster.topology ?? "none")} />
      <AddressesPanel {...given} isAdmin={isAdmin} />
      <AccessPanel {...given} isAdmin={isAdmin} />
      {isAdmin && <DisconnectPanel clusterId={clusterId} name={connection.name} />}
    </div>
  );
}
