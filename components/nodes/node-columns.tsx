"use client";
import Link from "next/link";
import { NodeGlyph } from "@/components/shards/node-glyph";
import { ShardSwatch } from "@/components/shards/shard-swatch";
import { cx } from "@/components/ui/cx";
import type { Column } from "@/components/ui/data-table";
import type { ClusterId } from "@/lib/cluster/node";
import { countSlots } from "@/lib/cluster/slots";
import { formatBytes, formatCount, formatMs, formatShort, UNKNOWN } from "@/lib/format";
import type { Words } from "@/lib/words/en";
import { type MenuTarget, NodeMenuButton } from "./node-actions";
import type { NodeRow } from "./node-rows";
import { NodeState } from "./node-state";
import { ProcessState } from "./process-state";

type ColumnsInput = {
  readonly words: Words["nodes"];
  readonly clusterId: ClusterId;
  readonly onMenu: (target: MenuTarget) => void;
  readonly managedHere: boolean;
  /** Some node has a label or a name to show. */
  readonly hostsKnown: boolean;
};

export function nodeColumns({
  words,
  clusterId,
  onMenu,
  managedHere,
  hostsKnown,
}: ColumnsInput): readonly Column<NodeRow>[] {
  const heads = words.columns;
  return [
    {
      id: "address",
      head: heads.address,
      track: "minmax(148px, 1.9fr)",
      sort: (row) => row.address,
      cell: (row) => <Address row={row} clusterId={clusterId} words={words} />,
    },
    {
      id: "shard",
      head: heads.shard,
      track: "52px",
      from: 560,
      sort: (row) => row.shard?.index,
      cell: (row) => row.shard && <ShardSwatch index={row.shard.index} />,
    },
    {
      id: "role",
      head: heads.role,
      track: "minmax(76px, 0.6fr)",
      from: 720,
      sort: (row) => row.member?.role,
      cell: (row) => <Role row={row} words={words} />,
    },
    { id: "state", head: heads.state, track: "minmax(150px, 1.2fr)", cell: (row) => <NodeState row={row} /> },
    ...figures(words),
    ...(hostsKnown ? [hostColumn(words)] : []),
    ...(managedHere
      ? [
          {
            id: "process",
            head: heads.process,
            track: "minmax(110px, 0.9fr)",
            from: 900,
            sort: (row: NodeRow) => row.managed?.process.state,
            cell: (row: NodeRow) => <ProcessState row={row} />,
          },
        ]
      : []),
    {
      id: "actions",
      head: <span className="sr-only">{heads.actions}</span>,
      track: "32px",
      cell: (row) => <NodeMenuButton row={row} onOpen={onMenu} />,
    },
  ];
}

function hostColumn(words: Words["nodes"]): Column<NodeRow> {
  return {
    id: "host",
    head: words.columns.host,
    track: "minmax(90px, 0.8fr)",
    from: 1260,
    sort: (row) => row.member?.labels.host,
    cell: (row) => (
      <span className="block truncate text-12 text-ink3">{row.member?.labels.host ?? row.member?.hostname}</span>
    ),
  };
}

function figures(words: Words["nodes"]): readonly Column<NodeRow>[] {
  const heads = words.columns;
  const stats = (row: NodeRow) => row.member?.stats;
  return [
    figure("slots", heads.slots, "58px", 640, (row) => row.member && countSlots(row.member.ranges), formatCount),
    figure("keys", heads.keys, "66px", 640, (row) => stats(row)?.keys, formatShort),
    figure("memory", heads.memory, "78px", 760, (row) => stats(row)?.usedBytes, formatBytes),
    figure("ops", heads.ops, "62px", 820, (row) => stats(row)?.opsPerSec, formatShort),
    figure(
      "lag",
      heads.lag,
      "66px",
      1000,
      (row) => stats(row)?.lagBytes,
      formatBytes,
      (row) => row.member?.role !== "replica",
    ),
    figure("epoch", heads.epoch, "50px", 1150, (row) => row.member?.configEpoch, formatCount),
    figure(
      "rtt",
      heads.rtt,
      "66px",
      1160,
      (row) => (row.member?.answer.kind === "answered" ? row.member.answer.rttMs : undefined),
      formatMs,
    ),
  ];
}

/** A number that was read once and is old now stays, struck through; one that was never read is unknown. */
function figure(
  id: string,
  head: string,
  track: string,
  from: number,
  value: (row: NodeRow) => number | undefined,
  format: (value: number) => string,
  pointless: (row: NodeRow) => boolean = () => false,
): Column<NodeRow> {
  return {
    id,
    head,
    track,
    from,
    align: "right",
    sort: value,
    cell: (row) => {
      if (!row.member || pointless(row)) return null;
      const read = value(row);
      if (read === undefined) return <span className="hatch rounded-chip px-2 text-ink3">{UNKNOWN}</span>;
      return (
        <span
          className={cx("text-12", row.member.answer.kind === "silent" && id !== "slots" && id !== "epoch" && "silent")}
        >
          {format(read)}
        </span>
      );
    },
  };
}

type AddressProps = { readonly row: NodeRow; readonly clusterId: ClusterId; readonly words: Words["nodes"] };

function Address({ row, clusterId, words }: AddressProps) {
  const { member, managed } = row;
  const text = cx("truncate font-mono text-12", member?.answer.kind === "silent" ? "silent" : "text-ink");
  if (!member)
    return (
      <span className="flex items-center gap-2.5 pl-[22px]">
        <span className="shrink-0 font-mono text-12 text-ink2">{row.address}</span>
        <span className="hidden truncate text-11 text-ink3 min-[1360px]:inline">{managed?.name}</span>
      </span>
    );
  return (
    <Link
      href={`/clusters/${clusterId}/nodes/${member.id}`}
      className="flex min-w-0 items-center gap-2.5 hover:underline"
    >
      <NodeGlyph node={member} {...(row.shard ? { index: row.shard.index } : {})} />
      {row.shard && <ShardSwatch index={row.shard.index} size={16} className="md:hidden" />}
      <span className={text}>{row.address}</span>
      <span className="sr-only md:hidden">{words.role[member.role]}</span>
    </Link>
  );
}

function Role({ row: { member }, words }: { readonly row: NodeRow; readonly words: Words["nodes"] }) {
  if (!member) return <span className="text-ink3">{words.role.none}</span>;
  const empty = member.role === "primary" && member.ranges.length === 0;
  return (
    <span className={cx("text-12", member.role === "primary" ? "font-medium text-ink" : "text-ink2")}>
      {empty ? words.role.emptyPrimary : words.role[member.role]}
    </span>
  );
}
