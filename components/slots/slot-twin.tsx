"use client";
import { memo } from "react";
import { useWords } from "@/components/data/words";
import { formatRanges } from "@/lib/cluster/slots";
import type { Topology } from "@/lib/cluster/topology";
import { formatCount, UNKNOWN } from "@/lib/format";
import type { SelectionSummary } from "@/lib/layout/slot-summary";
import type { OpenNote } from "./open-note";
import type { ShardRow } from "./shard-row";

type SlotTwinProps = {
  readonly rows: readonly ShardRow[];
  readonly topology: Topology;
  readonly open: readonly OpenNote[];
  readonly summary: SelectionSummary;
  /** Nothing is said while the hand still draws. */
  readonly isDrawing: boolean;
};

/** The map in words, for who does not see it: the same picture as a table, and each new selection said once. */
export function SlotTwin({ rows, topology, open, summary, isDrawing }: SlotTwinProps) {
  const words = useWords().slots;
  const side = (index: number | undefined) => (index === undefined ? words.open.unknownSide : words.shard(index));
  const owners = summary.owners
    .map(({ index, slots }) => `${index === 0 ? words.nobody : words.shard(index)}: ${formatCount(slots)}`)
    .join(", ");
  const said =
    summary.slots === 0
      ? words.selection.saidNone
      : words.selection.said(summary.slots, formatRanges(summary.ranges.slice(0, 20)), owners);
  return (
    <div className="sr-only">
      <TwinTable rows={rows} />
      <p>
        {words.twin.open}:{" "}
        {open.length === 0
          ? words.twin.none
          : open
              .map(({ group, from, to }) => `${formatRanges(group.ranges)}, ${words.open.way(side(from), side(to))}`)
              .join("; ")}
      </p>
      {topology.uncovered.length > 0 && <p>{words.twin.uncovered(formatRanges(topology.uncovered))}</p>}
      {topology.unserved.length > 0 && <p>{words.twin.unserved(formatRanges(topology.unserved))}</p>}
      <p role="status">{isDrawing ? "" : said}</p>
    </div>
  );
}

/** Not read again with every move of the brush. */
const TwinTable = memo(function TwinTable({ rows }: { readonly rows: readonly ShardRow[] }) {
  const words = useWords().slots;
  return (
    <table>
      <caption>{words.twin.caption}</caption>
      <thead>
        <tr>
          <th scope="col">{words.twin.shard}</th>
          <th scope="col">{words.twin.slots}</th>
          <th scope="col">{words.twin.ranges}</th>
          <th scope="col">{words.twin.keys}</th>
          <th scope="col">{words.twin.state}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.shard.index}>
            <th scope="row">{words.shard(row.shard.index)}</th>
            <td>{formatCount(row.slots)}</td>
            <td>{formatRanges(row.ranges) || words.twin.none}</td>
            <td>{row.keys === undefined ? UNKNOWN : formatCount(row.keys)}</td>
            <td>{words.shards.state[row.state]}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
});
