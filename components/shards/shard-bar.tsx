import { shardColor, shardEdge, shardPattern } from "./shard-fill";

type ShardBarProps = {
  readonly index: number;
  readonly width?: number;
  readonly height?: number;
  readonly className?: string;
};

/** The upright bar beside a shard's name, and at the left edge of a primary. */
export function ShardBar({ index, width = 5, height = 40, className }: ShardBarProps) {
  const pattern = shardPattern(index);
  return (
    <svg width={width} height={height} className={className} aria-hidden role="presentation">
      <rect width={width} height={height} rx={Math.min(2, width / 2)} fill={shardColor(index)} />
      {pattern && <rect width={width} height={height} rx={Math.min(2, width / 2)} fill={pattern} />}
      <rect x={0.5} y={0.5} width={width - 1} height={height - 1} rx={1.5} fill="none" stroke={shardEdge(index)} />
    </svg>
  );
}
