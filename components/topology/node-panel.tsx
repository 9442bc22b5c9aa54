"use client";
import Link from "next/link";
import type { ReactNode } from "react";
import { useWords } from "@/components/data/words";
import { ShardSwatch } from "@/components/shards/shard-swatch";
import { buttonClass } from "@/components/ui/button";
import { cx } from "@/components/ui/cx";
import { formatEndpoint } from "@/lib/cluster/node";
import { formatRanges } from "@/lib/cluster/slots";
import type { Shard, Topology, TopologyNode } from "@/lib/cluster/topology";
import { formatAge, formatBytes, formatCount, formatShort, UNKNOWN } from "@/lib/format";
import { isDown } from "@/lib/layout/topology-rows";
import { type WishDraft, wizardPath } from "@/lib/wire/wizard-link";

type NodePanelProps = {
  readonly topology: Topology;
  readonly node: TopologyNode;
  readonly shard: Shard | undefined;
  readonly nowMs: number;
  readonly mayOperate: boolean;
  readonly onClear: () => void;
};

/** What the picked node says of itself, and every gesture of the drawing as a link: the keyboard's way. */
export function NodePanel({ topology, node, shard, nowMs, mayOperate, onClear }: NodePanelProps) {
  const words = useWords().topology;
  const answered = node.answer.kind === "answered" ? node.answer.atMs : node.answer.lastAnsweredMs;
  const stale = isDown(node);
  return (
    <section aria-label={formatEndpoint(node.endpoint)}>
      <header className="mb-3 flex items-start justify-between gap-3">
        <div className="min-w-0">
          <h2 className={cx("truncate font-mono font-semibold text-13", stale ? "silent" : "text-ink")}>
            {formatEndpoint(node.endpoint)}
          </h2>
          <p className="truncate font-mono text-11 text-ink3" title={node.id}>
            {node.id.slice(0, 16)}…
          </p>
        </div>
        <button type="button" onClick={onClear} className="text-12 text-ink3 hover:text-ink">
          {words.panel.clear}
        </button>
      </header>
      {node.answer.kind === "silent" && (
        <p className="mb-3 rounded-control border border-bad-line bg-bad-ground px-2.5 py-2 text-12 text-ink">
          {node.answer.message}
        </p>
      )}
      <dl className="num">
        <Fact name={words.panel.role}>
          {node.role === "primary"
            ? node.ranges.length > 0
              ? words.card.primary
              : words.card.emptyPrimary
            : words.card.replica}
        </Fact>
        <Fact name={words.panel.shard}>
          {shard ? (
            <span className="inline-flex items-center gap-1.5">
              <ShardSwatch index={shard.index} size={15} /> {words.row.shard(shard.index)}
            </span>
          ) : (
            UNKNOWN
          )}
        </Fact>
        {node.ranges.length > 0 && (
          <Fact name={words.panel.slots}>
            <span className="break-words font-mono text-12">{formatRanges(node.ranges.slice(0, 6))}</span>
          </Fact>
        )}
        <Fact name={words.panel.epoch}>{formatCount(node.configEpoch)}</Fact>
        <Fact name={words.panel.keys} stale={stale}>
          {node.stats ? formatCount(node.stats.keys) : UNKNOWN}
        </Fact>
        <Fact name={words.panel.memory} stale={stale}>
          {node.stats ? memory(node.stats.usedBytes, node.stats.maxBytes, words.panel.of) : UNKNOWN}
        </Fact>
        <Fact name={words.panel.ops} stale={stale}>
          {node.stats ? words.card.ops(formatShort(node.stats.opsPerSec)) : UNKNOWN}
        </Fact>
        {node.role === "replica" && <ReplicaFacts node={node} stale={stale} />}
        <Fact name={words.panel.lastAnswer}>{answered === undefined ? UNKNOWN : formatAge(nowMs - answered)}</Fact>
        {node.reporters.length > 0 && <Fact name={words.panel.reportedBy}>{reporters(topology, node)}</Fact>}
        <Fact name={words.panel.knows}>{node.view ? words.panel.nodes(node.view.knownNodes) : UNKNOWN}</Fact>
      </dl>
      <Actions topology={topology} node={node} shard={shard} mayOperate={mayOperate} />
    </section>
  );
}

const memory = (used: number, max: number, of: (a: string, b: string) => string): string =>
  max > 0 ? of(formatBytes(used), formatBytes(max)) : formatBytes(used);

function reporters(topology: Topology, node: TopologyNode): string {
  return topology.nodes
    .filter((other) => node.reporters.includes(other.id))
    .map((other) => formatEndpoint(other.endpoint))
    .join(", ");
}

function ReplicaFacts({ node, stale }: { readonly node: TopologyNode; readonly stale: boolean }) {
  const words = useWords().topology.panel;
  const { stats } = node;
  return (
    <>
      <Fact name={words.link} stale={stale}>
        {stats?.replLinkUp === undefined ? (
          UNKNOWN
        ) : stats.replLinkUp ? (
          words.up
        ) : (
          <span className="text-bad">{words.down}</span>
        )}
      </Fact>
      <Fact name={words.lag} stale={stale}>
        {stats?.lagBytes === undefined ? UNKNOWN : formatBytes(stats.lagBytes)}
      </Fact>
    </>
  );
}

function Fact({
  name,
  stale,
  children,
}: {
  readonly name: string;
  readonly stale?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <div className="flex items-baseline justify-between gap-4 py-1">
      <dt className="shrink-0 text-12 text-ink3">{name}</dt>
      <dd className={cx("min-w-0 text-right text-125", stale ? "silent" : "text-ink")}>{children}</dd>
    </div>
  );
}

function Actions({
  topology,
  node,
  shard,
  mayOperate,
}: Pick<NodePanelProps, "topology" | "node" | "shard" | "mayOperate">) {
  const words = useWords().topology;
  const { clusterId } = topology;
  return (
    <div className="mt-4 border-line1 border-t pt-3">
      <h3 className="mb-2 text-12 text-ink3">{words.panel.actions}</h3>
      {!mayOperate && <p className="mb-2 text-12 text-ink2">{words.refusal.viewer}</p>}
      <div className="flex flex-col gap-1.5">
        {mayOperate &&
          actionsOf(node, shard).map(({ word, draft }) => (
            <Link
              key={word}
              href={wizardPath(clusterId, draft)}
              className={cx(buttonClass({ size: "sm" }), "justify-start")}
            >
              {words.panel[word]}
            </Link>
          ))}
        <Link
          href={`/clusters/${clusterId}/nodes/${node.id}`}
          className={cx(buttonClass({ size: "sm", tone: "ghost" }), "justify-start")}
        >
          {words.panel.page}
        </Link>
      </div>
    </div>
  );
}

type ActionWord = "failover" | "reparent" | "remove" | "scaleIn" | "reshardFrom";

function actionsOf(
  node: TopologyNode,
  shard: Shard | undefined,
): readonly { readonly word: ActionWord; readonly draft: WishDraft }[] {
  if (node.role === "replica")
    return [
      { word: "failover", draft: { verb: "failover", replicaId: node.id, mode: "default" } },
      { word: "reparent", draft: { verb: "replicate", nodeId: node.id } },
      { word: "remove", draft: { verb: "remove-node", nodeId: node.id } },
    ];
  if (!shard || shard.slots === 0) return [{ word: "remove", draft: { verb: "remove-node", nodeId: node.id } }];
  return [
    { word: "reshardFrom", draft: { verb: "reshard", sources: [node.id] } },
    { word: "scaleIn", draft: { verb: "scale-in", primaryIds: [node.id] } },
  ];
}
