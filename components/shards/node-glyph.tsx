import type { TopologyNode } from "@/lib/cluster/topology";
import { shardColor } from "./shard-fill";

type NodeGlyphProps = {
  readonly node: Pick<TopologyNode, "role" | "health" | "answer">;
  /** Of its shard; without one the ink of a label. */
  readonly index?: number;
  readonly size?: number;
};

/** Primary: filled dot. Replica: ring. Failed or silent: cross in a disc. */
export function NodeGlyph({ node, index, size = 12 }: NodeGlyphProps) {
  const lost = node.health === "fail" || node.answer.kind === "silent";
  const color = index === undefined ? "var(--ink3)" : shardColor(index);
  return (
    <svg width={size} height={size} viewBox="0 0 12 12" className="shrink-0" aria-hidden role="presentation">
      {lost ? (
        <>
          <circle cx={6} cy={6} r={6} fill="var(--bad)" />
          <path d="M3.8 3.8l4.4 4.4M8.2 3.8l-4.4 4.4" stroke="var(--bg1)" strokeWidth={1.6} strokeLinecap="round" />
        </>
      ) : node.role === "primary" ? (
        <circle cx={6} cy={6} r={4.5} fill={color} />
      ) : (
        <circle cx={6} cy={6} r={3.4} fill="none" stroke={color} strokeWidth={1.7} />
      )}
      {!lost && node.health === "pfail" && <circle cx={9.5} cy={2.5} r={2.5} fill="var(--warn)" />}
    </svg>
  );
}
