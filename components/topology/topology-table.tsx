"use client";
import { useWords } from "@/components/data/words";
import { ShardSwatch } from "@/components/shards/shard-swatch";
import { ToneIcon } from "@/components/ui/chip";
import { cx } from "@/components/ui/cx";
import { tellBelief } from "@/lib/cluster/belief";
import { formatEndpoint } from "@/lib/cluster/node";
import { countSlots } from "@/lib/cluster/slots";
import type { Topology, TopologyNode } from "@/lib/cluster/topology";
import { formatAge, formatBytes, formatCount, UNKNOWN } from "@/lib/format";
import { type Grouping, groupOf, isDown, type TopologyRow } from "@/lib/layout/topology-rows";

type TopologyTableProps = {
  readonly topology: Topology;
  readonly rows: readonly TopologyRow[];
  readonly grouping: Grouping;
  readonly nowMs: number;
  readonly selected: string | undefined;
  readonly onSelect: (nodeId: string) => void;
};

/** The same as the drawing, line by line, shard by shard. */
export function TopologyTable({ topology, rows, grouping, nowMs, selected, onSelect }: TopologyTableProps) {
  const words = useWords().topology;
  const head = [
    words.table.shard,
    words.table.node,
    words.table.role,
    words.table.state,
    words.groups[grouping],
    words.table.epoch,
    words.table.slots,
    words.table.keys,
    words.table.lag,
    words.table.view,
  ];
  return (
    <div className="overflow-x-auto rounded-panel border border-line1 bg-bg1">
      <table
        className="num w-full text-left text-125"
        aria-label={words.twin(topology.shards.length, topology.nodes.length)}
      >
        <thead>
          <tr className="border-line1 border-b text-11 text-ink3">
            {head.map((text, i) => (
              <th
                key={text}
                scope="col"
                className={cx(
                  "whitespace-nowrap px-3 py-2 font-medium",
                  i >= 5 && i <= 8 && "text-right",
                  i === 2 && "max-md:hidden",
                )}
              >
                {text}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.flatMap((row) =>
            row.nodes.map((node) => (
              <Line
                key={node.id}
                node={node}
                row={row}
                group={groupOf(node, grouping)}
                nowMs={nowMs}
                selected={selected === node.id}
                beliefs={(node.view?.differs ?? [])
                  .map((one) => tellBelief(one, topology.nodes, words.beliefs))
                  .join("; ")}
                onSelect={() => onSelect(node.id)}
              />
            )),
          )}
        </tbody>
      </table>
    </div>
  );
}

type LineProps = {
  readonly node: TopologyNode;
  readonly row: TopologyRow;
  readonly group: string;
  readonly nowMs: number;
  readonly selected: boolean;
  /** What its view says otherwise, in words. */
  readonly beliefs: string;
  readonly onSelect: () => void;
};

function Line({ node, row, group, nowMs, selected, beliefs, onSelect }: LineProps) {
  const words = useWords().topology;
  const down = isDown(node);
  const { stats } = node;
  return (
    <tr
      className={cx(
        "border-line1 border-b last:border-b-0 hover:bg-bg3",
        down && "bg-bad-ground",
        selected && "bg-accent-ground",
      )}
    >
      <td className="px-3 py-1.5">{row.shard ? <ShardSwatch index={row.shard.index} size={17} /> : UNKNOWN}</td>
      <td className="px-3 py-1.5">
        <button
          type="button"
          onClick={onSelect}
          className={cx("font-mono text-12 hover:underline", down ? "silent" : "text-ink")}
        >
          {formatEndpoint(node.endpoint)}
        </button>
        <span className="block text-12 text-ink3 md:hidden">
          {node.role === "primary" ? words.card.primary : words.card.replica}
        </span>
      </td>
      <td className={cx("px-3 py-1.5 max-md:hidden", node.role === "primary" ? "font-semibold text-ink" : "text-ink2")}>
        {node.role === "primary" ? words.card.primary : words.card.replica}
      </td>
      <td className="whitespace-nowrap px-3 py-1.5">
        <State node={node} nowMs={nowMs} />
      </td>
      <td className="px-3 py-1.5 text-ink2">{group || UNKNOWN}</td>
      <td className="px-3 py-1.5 text-right text-ink2">{node.configEpoch}</td>
      <td className="px-3 py-1.5 text-right">{node.role === "primary" ? formatCount(countSlots(node.ranges)) : ""}</td>
      <td className={cx("px-3 py-1.5 text-right", down && "silent")}>{stats ? formatCount(stats.keys) : UNKNOWN}</td>
      <td className={cx("px-3 py-1.5 text-right", down && "silent")}>
        {node.role === "replica" ? (stats?.lagBytes === undefined ? UNKNOWN : formatBytes(stats.lagBytes)) : ""}
      </td>
      <td className="whitespace-nowrap px-3 py-1.5">
        {node.view ? (
          node.view.agrees ? (
            <span className="text-ink3">{words.table.agrees}</span>
          ) : (
            <span className="font-medium text-warn" title={beliefs}>
              ≠ {words.table.differs}
            </span>
          )
        ) : (
          <span className="text-ink3">{words.table.unknown}</span>
        )}
      </td>
    </tr>
  );
}

function State({ node, nowMs }: { readonly node: TopologyNode; readonly nowMs: number }) {
  const words = useWords().topology.card;
  if (node.answer.kind === "silent" || node.health === "fail")
    return (
      <span className="inline-flex items-center gap-1.5 font-semibold text-bad">
        <ToneIcon tone="bad" size={13} />
        {node.answer.kind === "silent" ? words.silentFor(formatAge(nowMs - node.answer.sinceMs)) : words.fail}
      </span>
    );
  if (node.health === "pfail")
    return (
      <span className="inline-flex items-center gap-1.5 font-semibold text-warn">
        <ToneIcon tone="warn" size={13} /> {words.pfail}
      </span>
    );
  return <ToneIcon tone="ok" size={13} />;
}
