"use client";
import { useWords } from "@/components/data/words";
import { cx } from "@/components/ui/cx";
import { formatEndpoint } from "@/lib/cluster/node";
import type { TopologyNode } from "@/lib/cluster/topology";
import { formatAge, formatBytes, UNKNOWN } from "@/lib/format";
import type { ShardRow } from "./shard-row";

/** Each replica with what it is behind; one that does not answer, or whose link is down, says so. */
export function ShardReplicas({ row, nowMs }: { readonly row: ShardRow; readonly nowMs: number }) {
  const words = useWords().slots.shards;
  const { replicas } = row;
  if (replicas.length === 0) return <p className="mt-1.5 text-11 text-warn">{words.noReplica}</p>;
  return (
    <ul className="mt-1.5 flex flex-wrap gap-x-2 text-11">
      {replicas.map((node) => (
        <Replica key={node.id} node={node} primary={row.primary} nowMs={nowMs} />
      ))}
    </ul>
  );
}

/** Bytes behind at which a replica's lag stands out. */
const LAG_WARN_BYTES = 1024;

type ReplicaProps = {
  readonly node: TopologyNode;
  readonly primary: TopologyNode | undefined;
  readonly nowMs: number;
};

function Replica({ node, primary, nowMs }: ReplicaProps) {
  const words = useWords().slots.shards;
  const { answer, stats } = node;
  const isDown = answer.kind === "silent" || stats?.replLinkUp === false;
  const isLate = !isDown && (stats?.lagBytes ?? 0) >= LAG_WARN_BYTES;
  const text = stateText(node, nowMs, words);
  return (
    <li className="flex min-w-0 items-center gap-1 whitespace-nowrap">
      <span
        aria-hidden
        className={cx(
          "size-[7px] shrink-0 rounded-full border-[1.6px]",
          isDown ? "border-bad" : isLate ? "border-warn" : "border-ok",
        )}
      />
      <span className="truncate font-mono text-ink2">{nameOf(node, primary)}</span>
      <span className={cx("num", isDown ? "text-bad" : isLate ? "text-warn" : "text-ink3")}>{text}</span>
    </li>
  );
}

type ShardWords = ReturnType<typeof useWords>["slots"]["shards"];

function stateText({ answer, stats }: TopologyNode, nowMs: number, words: ShardWords): string {
  if (answer.kind === "silent") return words.silentFor(formatAge(nowMs - answer.sinceMs));
  if (stats?.replSyncing) return words.syncing;
  if (stats?.replLinkUp === false) return words.linkDown;
  return stats?.lagBytes === undefined ? UNKNOWN : formatBytes(stats.lagBytes);
}

/** What tells it from its primary: the port on the same host, the host where ports are alike, else both. */
function nameOf({ endpoint }: TopologyNode, primary: TopologyNode | undefined): string {
  if (endpoint.host === primary?.endpoint.host) return `:${endpoint.port}`;
  return endpoint.port === primary?.endpoint.port ? endpoint.host : formatEndpoint(endpoint);
}
