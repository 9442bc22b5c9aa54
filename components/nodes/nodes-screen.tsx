"use client";
import { Search } from "lucide-react";
import { useMemo, useState } from "react";
import { useCluster, useManagedNodes, useSession } from "@/components/data/queries";
import { useWords } from "@/components/data/words";
import { ClusterUnreadable } from "@/components/overview/cluster-unreadable";
import { Button } from "@/components/ui/button";
import { DataTable } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { Segmented } from "@/components/ui/segmented";
import { Skeleton } from "@/components/ui/skeleton";
import type { ClusterId } from "@/lib/cluster/node";
import type { Topology } from "@/lib/cluster/topology";
import { roleAllows } from "@/lib/wire/access";
import { type MenuTarget, NodeMenu } from "./node-actions";
import { nodeColumns } from "./node-columns";
import { fits, type NodeFilter, nodeFilters, passes, rowsOf } from "./node-rows";
import { PrepareDialog } from "./prepare-dialog";

export function NodesScreen({ clusterId }: { readonly clusterId: ClusterId }) {
  const words = useWords().overview;
  const { data, error, refetch } = useCluster(clusterId);
  if (!data && error) return <ClusterUnreadable error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton className="m-4.5 h-64 rounded-panel" />;
  if (!data.topology) return <EmptyState title={words.waiting.title} text={words.waiting.text} />;
  return <Nodes topology={data.topology} />;
}

function Nodes({ topology }: { readonly topology: Topology }) {
  const words = useWords().nodes;
  const { data: managed } = useManagedNodes();
  const { data: session } = useSession();
  const [filter, setFilter] = useState<NodeFilter>("all");
  const [typed, setTyped] = useState("");
  const [menu, setMenu] = useState<MenuTarget>();
  const rows = useMemo(() => rowsOf(topology, managed ?? []), [topology, managed]);
  const shown = useMemo(() => rows.filter((row) => passes(row, filter) && fits(row, typed)), [rows, filter, typed]);
  const mayAct = session !== undefined && roleAllows(session.role, "operator");
  const hostsKnown = topology.nodes.some((node) => node.labels.host !== undefined || node.hostname !== undefined);
  const managedHere = (managed?.length ?? 0) > 0;
  const columns = useMemo(
    () => nodeColumns({ words, clusterId: topology.clusterId, onMenu: setMenu, managedHere, hostsKnown }),
    [words, topology.clusterId, managedHere, hostsKnown],
  );
  return (
    <div className="flex h-full min-h-0 flex-col">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4.5 py-3 max-md:px-4">
        <h1 className="text-15 font-semibold">{words.title}</h1>
        <p className="num text-125 text-ink3" aria-live="polite">
          {words.count(shown.length, rows.length)}
        </p>
        <label className="flex h-8 items-center gap-2 rounded-control border border-line2 bg-well px-2.5 focus-within:border-line3 max-md:order-3 max-md:h-11 max-md:w-full md:ml-2 md:w-60">
          <Search size={14} strokeWidth={1.8} className="shrink-0 text-ink3" aria-hidden />
          <input
            aria-label={words.findLabel}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            placeholder={words.find}
            spellCheck={false}
            className="w-full bg-transparent text-125 outline-none max-md:text-[16px]"
          />
        </label>
        <div className="max-w-full overflow-x-auto max-md:order-4">
          <Segmented
            label={words.filters.label}
            value={filter}
            onChange={setFilter}
            options={nodeFilters.map((value) => ({ value, text: words.filters[value] }))}
          />
        </div>
        <div className="ml-auto">
          <PrepareDialog />
        </div>
      </header>
      <NodeMenu
        target={menu}
        row={rows.find((row) => row.key === menu?.key)}
        onClose={() => setMenu(undefined)}
        clusterId={topology.clusterId}
        mayAct={mayAct}
      />
      <DataTable
        label={words.title}
        rows={shown}
        columns={columns}
        rowKey={(row) => row.key}
        rowHeight={34}
        sortLabel={words.sortBy}
        rowClass={(row) => (row.member?.health === "fail" ? "bg-bad-ground" : undefined)}
        className="flex-1 border-t border-line1 bg-bg1"
        empty={
          <EmptyState title={words.empty.none} text={words.empty.noneText}>
            <Button
              onClick={() => {
                setFilter("all");
                setTyped("");
              }}
            >
              {words.empty.clear}
            </Button>
          </EmptyState>
        }
      />
    </div>
  );
}
