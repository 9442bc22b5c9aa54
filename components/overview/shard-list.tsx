"use client";
import Link from "next/link";
import { useNow } from "@/components/data/live-context";
import { useWords } from "@/components/data/words";
import { NodeGlyph } from "@/components/shards/node-glyph";
import { ShardSwatch } from "@/components/shards/shard-swatch";
import { ShardTrack } from "@/components/shards/shard-track";
import { cx } from "@/components/ui/cx";
import { Panel } from "@/components/ui/panel";
import { formatEndpoint, type NodeId } from "@/lib/cluster/node";
import type { Shard, Topology, TopologyNode } from "@/lib/cluster/topology";
import { formatAge, formatBytes, formatShort, UNKNOWN } from "@/lib/format";

/** More are on the Topology and Nodes screens, which are made for many. */
const SHOWN = 24;

export function ShardList({ topology }: { readonly topology: Topology }) {
  const words = useWords().overview.shards;
  const nodes = new Map(topology.nodes.map((node) => [node.id, node]));
  const more = topology.shards.length - SHOWN;
  const lost = (shard: Shard) => isLost(nodes.get(shard.primaryId)) && shard.slots > 0;
  // Where not all fit, the broken ones come first; else each keeps its place.
  const shown = more > 0 ? [...topology.shards].sort((a, b) => Number(lost(b)) - Number(lost(a))) : topology.shards;
  return (
    <Panel
      flush
      title={words.title}
      aside={
        <Link href={`/clusters/${topology.clusterId}/topology`} className="hover:text-ink">
          {words.all}
        </Link>
      }
    >
      {topology.shards.length === 0 && <p className="px-3.5 pb-4 text-13 text-ink2">{words.empty}</p>}
      <ul>
        {shown.slice(0, SHOWN).map((shard) => (
          <ShardRow key={shard.index} {...{ shard, nodes, topology }} />
        ))}
      </ul>
      {more > 0 && <p className="border-t border-line1 px-3.5 py-2 text-12 text-ink3">{words.more(more)}</p>}
    </Panel>
  );
}

const isLost = (primary: TopologyNode | undefined): boolean =>
  !primary || primary.answer.kind === "silent" || primary.health === "fail";

type ShardRowProps = {
  readonly shard: Shard;
  readonly nodes: ReadonlyMap<NodeId, TopologyNode>;
  readonly topology: Topology;
};

function ShardRow({ shard, nodes, topology }: ShardRowProps) {
  const words = useWords();
  const mine = words.overview.shards;
  const primary = nodes.get(shard.primaryId);
  const lost = isLost(primary);
  const stats = primary?.stats;
  return (
    <li
      className={cx(
        "grid grid-cols-[150px_minmax(0,1fr)_auto] items-start gap-x-5 gap-y-1.5 border-t border-line1 px-3.5 py-2.5 max-md:grid-cols-[minmax(0,1fr)_auto]",
        lost && shard.slots > 0 && "bg-bad-ground",
      )}
    >
      <span className="flex items-center gap-2.5">
        <ShardSwatch index={shard.index} size={22} />
        <span>
          <span className="block text-13 font-semibold">{words.shell.shard(shard.index)}</span>
          <span className="num block whitespace-nowrap text-11 text-ink3">{mine.slots(shard.slots)}</span>
        </span>
      </span>
      <span className="flex min-w-0 flex-col gap-1 max-md:col-span-2 max-md:row-start-2">
        {primary && <NodeLine node={primary} index={shard.index} clusterId={topology.clusterId} />}
        {[...shard.replicaIds, ...(shard.formerIds ?? [])].map((id) => {
          const replica = nodes.get(id);
          return replica && <NodeLine key={id} node={replica} index={shard.index} clusterId={topology.clusterId} />;
        })}
        {shard.replicaIds.length === 0 && shard.slots > 0 && (
          <span className="pl-[22px] text-12 text-warn">{mine.noReplica}</span>
        )}
      </span>
      <div className="flex w-[236px] flex-col gap-2 max-md:w-auto">
        <dl className={cx("num flex justify-between gap-5 text-right text-12", lost && "text-ink3")}>
          <Amount label={mine.keys} value={shard.keys === undefined ? UNKNOWN : formatShort(shard.keys)} lost={lost} />
          <Amount label={mine.memory} value={stats ? formatBytes(stats.usedBytes) : UNKNOWN} lost={lost} />
          <Amount label={mine.ops} value={stats ? formatShort(stats.opsPerSec) : UNKNOWN} lost={lost} />
        </dl>
        <ShardTrack index={shard.index} ranges={shard.ranges} lost={lost} className="max-md:hidden" />
      </div>
    </li>
  );
}

function Amount({ label, value, lost }: { readonly label: string; readonly value: string; readonly lost: boolean }) {
  return (
    <div className="flex w-[62px] flex-col-reverse">
      <dt className="text-11 text-ink3">{label}</dt>
      <dd
        className={cx(
          "font-semibold",
          value === UNKNOWN ? "hatch rounded-chip text-center text-ink3" : lost && "silent",
        )}
      >
        {value}
      </dd>
    </div>
  );
}

type NodeLineProps = { readonly node: TopologyNode; readonly index: number; readonly clusterId: string };

function NodeLine({ node, index, clusterId }: NodeLineProps) {
  const words = useWords().overview.shards;
  const nowMs = useNow(1000);
  const silent = node.answer.kind === "silent";
  const lag = node.stats?.lagBytes;
  const note = () => {
    if (node.answer.kind === "silent")
      return (
        <span className="text-bad">
          {node.health === "fail" && `${words.failed}, `}
          {words.silentFor(formatAge(nowMs - node.answer.sinceMs))}
        </span>
      );
    if (node.health === "fail") return <span className="text-bad">{words.failed}</span>;
    if (node.role === "primary") return null;
    if (node.stats?.replLinkUp === false) return <span className="text-warn">{words.linkDown}</span>;
    return lag === undefined ? null : <span className="text-ink3">{words.behind(formatBytes(lag))}</span>;
  };
  return (
    <Link
      href={`/clusters/${clusterId}/nodes/${node.id}`}
      className="flex min-w-0 items-center gap-2 text-12 text-ink2 hover:text-ink max-md:min-h-9"
    >
      <NodeGlyph node={node} index={index} />
      <span className={cx("truncate font-mono", silent ? "silent" : node.role === "primary" && "text-ink")}>
        {formatEndpoint(node.endpoint)}
      </span>
      <span className="num whitespace-nowrap">{note()}</span>
    </Link>
  );
}
