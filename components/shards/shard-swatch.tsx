import { cx } from "@/components/ui/cx";
import { shardColor, shardEdge, shardInk, shardPattern } from "./shard-fill";

type ShardSwatchProps = {
  readonly index: number;
  readonly size?: number;
  /** Without its number: where the name stands right beside it. */
  readonly plain?: boolean;
  readonly className?: string;
};

/** The square by which a shard is known everywhere: colour, pattern, and its number on a clean plate. */
export function ShardSwatch({ index, size = 18, plain, className }: ShardSwatchProps) {
  const pattern = shardPattern(index);
  const text = index.toString();
  const font = Math.min(size * 0.62, (size * 1.15) / text.length);
  const plateWidth = Math.min(size - 3, font * 0.62 * text.length + 5);
  const plateHeight = Math.min(size - 3, font + 2.5);
  return (
    <svg
      width={size}
      height={size}
      viewBox={`0 0 ${size} ${size}`}
      className={cx("shrink-0", className)}
      aria-hidden
      role="presentation"
    >
      <rect width={size} height={size} rx={3} fill={shardColor(index)} />
      {pattern && <rect width={size} height={size} rx={3} fill={pattern} />}
      <rect x={0.5} y={0.5} width={size - 1} height={size - 1} rx={2.5} fill="none" stroke={shardEdge(index)} />
      {!plain && (
        <>
          {pattern && (
            <rect
              x={(size - plateWidth) / 2}
              y={(size - plateHeight) / 2}
              width={plateWidth}
              height={plateHeight}
              rx={2}
              fill={shardColor(index)}
            />
          )}
          <text
            x={size / 2}
            y={size / 2}
            dy="0.36em"
            textAnchor="middle"
            fontSize={font}
            fontWeight={700}
            fill={shardInk(index)}
          >
            {text}
          </text>
        </>
      )}
    </svg>
  );
}
