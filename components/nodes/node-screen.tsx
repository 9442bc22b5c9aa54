"use client";
import { ArrowLeft } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { useNow } from "@/components/data/live-context";
import { useCluster, useManagedNodes, useNodePage, useSession } from "@/components/data/queries";
import { useWords } from "@/components/data/words";
import { ClusterUnreadable } from "@/components/overview/cluster-unreadable";
import { NodeGlyph } from "@/components/shards/node-glyph";
import { ShardSwatch } from "@/components/shards/shard-swatch";
import { Chip } from "@/components/ui/chip";
import { CopyButton } from "@/components/ui/copy-button";
import { cx } from "@/components/ui/cx";
import { EmptyState } from "@/components/ui/empty-state";
import { Skeleton } from "@/components/ui/skeleton";
import { Tabs } from "@/components/ui/tabs";
import type { ClusterId, NodeId } from "@/lib/cluster/node";
import type { Topology } from "@/lib/cluster/topology";
import { roleAllows } from "@/lib/wire/access";
import { type MenuTarget, NodeMenu, NodeMenuButton } from "./node-actions";
import { NodeInfo } from "./node-info";
import { NodePeers } from "./node-peers";
import { NodeProcess } from "./node-process";
import { type NodeRow, rowsOf } from "./node-rows";
import { sayState } from "./node-state";
import { NodeSummary } from "./node-summary";
import { NodeView } from "./node-view";

type NodeScreenProps = { readonly clusterId: ClusterId; readonly nodeId: NodeId };

export function NodeScreen({ clusterId, nodeId }: NodeScreenProps) {
  const words = useWords().nodes.page;
  const { data, error, refetch } = useCluster(clusterId);
  const { data: managed = [] } = useManagedNodes();
  if (!data && error) return <ClusterUnreadable error={error} onRetry={() => void refetch()} />;
  if (!data?.topology) return <Skeleton className="m-4.5 h-64 rounded-panel" />;
  const row = rowsOf(data.topology, managed).find((one) => one.member?.id === nodeId);
  if (!row)
    return (
      <EmptyState title={words.gone.title} text={words.gone.text} className="min-h-[60dvh]">
        <BackLink clusterId={clusterId} />
      </EmptyState>
    );
  return <NodePage row={row} topology={data.topology} nodeId={nodeId} />;
}

function BackLink({ clusterId }: { readonly clusterId: ClusterId }) {
  const words = useWords().nodes.page;
  return (
    <Link
      href={`/clusters/${clusterId}/nodes`}
      className="inline-flex items-center gap-1.5 text-12 text-ink3 hover:text-ink"
    >
      <ArrowLeft size={13} strokeWidth={1.8} aria-hidden />
      {words.back}
    </Link>
  );
}

type NodePageProps = { readonly row: NodeRow; readonly topology: Topology; readonly nodeId: NodeId };
type TabName = "summary" | "view" | "others" | "info" | "process";

function NodePage({ row, topology, nodeId }: NodePageProps) {
  const words = useWords().nodes.page;
  const [tab, setTab] = useState<TabName>("summary");
  const answers = row.member?.answer.kind === "answered";
  const { data: page, error } = useNodePage(topology.clusterId, nodeId, { enabled: answers });
  const stale = !answers || error !== null;
  return (
    <div className="mx-auto flex min-h-full max-w-[1500px] flex-col gap-3 p-4.5 max-md:p-4">
      <BackLink clusterId={topology.clusterId} />
      <NodeHeader row={row} topology={topology} />
      {!answers && <p className="text-13 text-warn">{words.notAnswering}</p>}
      <Tabs
        label={words.title}
        value={tab}
        onChange={setTab}
        tabs={[
          { value: "summary", text: words.tabs.summary, panel: <NodeSummary row={row} topology={topology} /> },
          { value: "view", text: words.tabs.view, panel: <NodeView page={page} stale={stale} nodeId={nodeId} /> },
          {
            value: "others",
            text: words.tabs.others,
            panel: <NodePeers page={page} stale={stale} topology={topology} />,
          },
          { value: "info", text: words.tabs.info, panel: <NodeInfo page={page} stale={stale} /> },
          { value: "process", text: words.tabs.process, panel: <NodeProcess row={row} /> },
        ]}
      />
    </div>
  );
}

function NodeHeader({ row, topology }: Omit<NodePageProps, "nodeId">) {
  const words = useWords();
  const nowMs = useNow(1000);
  const { data: session } = useSession();
  const [menu, setMenu] = useState<MenuTarget>();
  const { member, shard } = row;
  if (!member) return null;
  const { tone, text } = sayState(member, words.nodes.state, nowMs);
  const empty = member.role === "primary" && member.ranges.length === 0;
  return (
    <header className="flex flex-wrap items-center gap-x-3 gap-y-2">
      <NodeGlyph node={member} size={16} {...(shard ? { index: shard.index } : {})} />
      <h1 className={cx("font-mono text-15 font-semibold", member.answer.kind === "silent" && "silent")}>
        {row.address}
      </h1>
      <CopyButton
        iconOnly
        text={row.address}
        label={words.nodes.actions.copyAddress}
        copiedLabel={words.shell.copied}
      />
      <span className="text-13 text-ink2">{empty ? words.nodes.role.emptyPrimary : words.nodes.role[member.role]}</span>
      {shard && (
        <span className="flex items-center gap-2 text-13 text-ink2">
          <ShardSwatch index={shard.index} />
          {words.shell.shard(shard.index)}
        </span>
      )}
      <Chip tone={tone}>
        <span className="num">{text}</span>
      </Chip>
      <NodeMenuButton row={row} onOpen={setMenu} className="ml-auto border border-line2 bg-bg2" />
      <NodeMenu
        target={menu}
        row={row}
        onClose={() => setMenu(undefined)}
        clusterId={topology.clusterId}
        mayAct={session !== undefined && roleAllows(session.role, "operator")}
      />
    </header>
  );
}
