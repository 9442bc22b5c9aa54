"use client";
import { useMemo } from "react";
import { useNow } from "@/components/data/live-context";
import { useWords } from "@/components/data/words";
import { cx } from "@/components/ui/cx";
import { type Column, DataTable } from "@/components/ui/data-table";
import { Skeleton } from "@/components/ui/skeleton";
import { formatEndpoint, type ViewNode } from "@/lib/cluster/node";
import { countSlots } from "@/lib/cluster/slots";
import type { Topology } from "@/lib/cluster/topology";
import { formatAge, formatCount, UNKNOWN } from "@/lib/format";
import type { NodePage } from "@/lib/wire/clusters";
import type { Words } from "@/lib/words/en";
import { NodeLink } from "./node-summary";

type NodePeersProps = { readonly page: NodePage | undefined; readonly stale: boolean; readonly topology: Topology };

/** The bus links of one node, as it sees them, and what it believes of each other node. */
export function NodePeers({ page, stale, topology }: NodePeersProps) {
  const words = useWords().nodes;
  const nowMs = useNow(5000);
  const columns = useMemo(() => peerColumns(words, topology, nowMs), [words, topology, nowMs]);
  if (!page)
    return stale ? (
      <p className="py-6 text-13 text-ink3">{words.page.notAnswering}</p>
    ) : (
      <Skeleton className="h-64 rounded-panel" />
    );
  return (
    <DataTable
      label={words.page.tabs.others}
      rows={page.nodes}
      columns={columns}
      rowKey={(node) => node.id}
      sortLabel={words.sortBy}
      empty={null}
      className={cx("h-[60dvh] overflow-hidden rounded-panel border border-line1 bg-bg1", stale && "opacity-60")}
    />
  );
}

function flagsOf(node: ViewNode): string {
  return [
    node.isMyself && "myself",
    node.role === "primary" ? "master" : "slave",
    node.health === "fail" && "fail",
    node.health === "pfail" && "fail?",
    node.handshake && "handshake",
    node.noAddress && "noaddr",
    node.noFailover && "nofailover",
  ]
    .filter(Boolean)
    .join(",");
}

function peerColumns(words: Words["nodes"], topology: Topology, nowMs: number): readonly Column<ViewNode>[] {
  const { peer, self, linkUp, linkDown, ago } = words.page;
  return [
    {
      id: "node",
      head: peer.node,
      track: "minmax(150px, 1.2fr)",
      sort: (node) => formatEndpoint(node.endpoint),
      cell: (node) => <NodeLink id={node.id} topology={topology} />,
    },
    {
      id: "flags",
      head: peer.flags,
      track: "minmax(110px, 1fr)",
      sort: flagsOf,
      cell: (node) => (
        <span
          className={cx(
            "block truncate font-mono text-11",
            node.health === "fail" ? "text-bad" : node.health === "pfail" ? "text-warn" : "text-ink2",
          )}
        >
          {flagsOf(node)}
        </span>
      ),
    },
    {
      id: "link",
      head: peer.link,
      track: "70px",
      cell: (node) =>
        node.isMyself ? (
          <span className="text-12 text-ink3">{self}</span>
        ) : (
          <span className={cx("text-12", node.linkUp ? "text-ink2" : "text-bad")}>
            {node.linkUp ? linkUp : linkDown}
          </span>
        ),
    },
    {
      id: "pong",
      head: peer.pong,
      track: "110px",
      align: "right",
      from: 600,
      sort: (node) => node.pongReceivedMs || undefined,
      cell: (node) => (
        <span className="text-12 text-ink2">
          {node.pongReceivedMs > 0 ? ago(formatAge(nowMs - node.pongReceivedMs)) : UNKNOWN}
        </span>
      ),
    },
    {
      id: "epoch",
      head: peer.epoch,
      track: "64px",
      align: "right",
      from: 480,
      sort: (node) => node.configEpoch,
      cell: (node) => <span className="text-12">{formatCount(node.configEpoch)}</span>,
    },
    {
      id: "slots",
      head: peer.slots,
      track: "72px",
      align: "right",
      sort: (node) => countSlots(node.ranges),
      cell: (node) => <span className="text-12">{formatCount(countSlots(node.ranges))}</span>,
    },
  ];
}
