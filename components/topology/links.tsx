import { shardColor } from "@/components/shards/shard-fill";
import type { Topology, TopologyNode } from "@/lib/cluster/topology";
import { formatBytes } from "@/lib/format";
import { type PlacedLink, roundedPath } from "@/lib/layout/topology";
import { isDown } from "@/lib/layout/topology-rows";

/** From this lag on a link is drawn in the warning colour. */
const LAG_WARN_BYTES = 1024 * 1024;

type LinksProps = {
  readonly topology: Topology;
  readonly links: readonly PlacedLink[];
  readonly width: number;
  readonly height: number;
  readonly shardOf: (nodeId: string) => number | undefined;
};

export function Links({ topology, links, width, height, shardOf }: LinksProps) {
  const byId = new Map<string, TopologyNode>(topology.nodes.map((node) => [node.id, node]));
  return (
    <svg width={width} height={height} className="pointer-events-none absolute inset-0" aria-hidden role="presentation">
      {links.map((link) => (
        <Link
          key={`${link.from}-${link.to}`}
          link={link}
          from={byId.get(link.from)}
          to={byId.get(link.to)}
          shard={shardOf(link.to)}
        />
      ))}
    </svg>
  );
}

type LinkProps = {
  readonly link: PlacedLink;
  readonly from: TopologyNode | undefined;
  readonly to: TopologyNode | undefined;
  readonly shard: number | undefined;
};

function Link({ link, from, to, shard }: LinkProps) {
  if (!from || !to) return null;
  const follows = to.role === "replica" && to.primaryId === from.id;
  const down = isDown(from) || isDown(to) || to.stats?.replLinkUp === false || !follows;
  const lag = to.stats?.lagBytes;
  const late = lag !== undefined && lag >= LAG_WARN_BYTES;
  const stroke = down ? "var(--bad)" : late ? "var(--warn)" : shardColor(shard ?? 1);
  const [x, y] = link.label;
  return (
    <g>
      <path
        d={roundedPath(link.points)}
        fill="none"
        stroke={stroke}
        strokeWidth={1.6}
        {...(down ? { strokeDasharray: "1.5 5", strokeLinecap: "round" as const } : {})}
      />
      <Arrow points={link.points} fill={stroke} />
      {down ? (
        <Broken x={x} y={y} />
      ) : (
        <Label x={x} y={y} text={lag === undefined ? "—" : formatBytes(lag)} late={late} />
      )}
    </g>
  );
}

function Arrow({ points, fill }: { readonly points: PlacedLink["points"]; readonly fill: string }) {
  const tip = points.at(-1);
  const before = points.at(-2);
  if (!tip || !before) return null;
  const angle = (Math.atan2(tip[1] - before[1], tip[0] - before[0]) * 180) / Math.PI;
  return <path d="M0 0L-7 -4L-7 4Z" fill={fill} transform={`translate(${tip[0]} ${tip[1]}) rotate(${angle})`} />;
}

function Label({
  x,
  y,
  text,
  late,
}: {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly late: boolean;
}) {
  const half = text.length * 3.1 + 5;
  return (
    <g>
      <rect x={x - half} y={y - 8} width={2 * half} height={16} fill="var(--bg0)" />
      <text
        x={x}
        y={y + 4}
        textAnchor="middle"
        className="num"
        fontSize={11}
        fontWeight={late ? 600 : 400}
        fill={late ? "var(--warn)" : "var(--ink2)"}
      >
        {text}
      </text>
    </g>
  );
}

function Broken({ x, y }: { readonly x: number; readonly y: number }) {
  return (
    <g transform={`translate(${x} ${y})`}>
      <circle r={9} fill="var(--bg0)" />
      <path d="M-4 -4L4 4M-4 4L4 -4" stroke="var(--bad)" strokeWidth={2.2} strokeLinecap="round" />
    </g>
  );
}
