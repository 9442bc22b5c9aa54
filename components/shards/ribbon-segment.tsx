import type { RibbonSegment } from "@/lib/layout/ribbon";
import { shardColor, shardEdge, shardInk, shardPattern } from "./shard-fill";

type RibbonSegmentMarkProps = {
  readonly segment: RibbonSegment;
  readonly height: number;
  readonly labels: readonly string[];
  readonly dimmed: boolean;
  /** Too many shards for hues. */
  readonly crowded?: boolean;
  /** Where the label may stand; the whole segment when absent. */
  readonly room?: { readonly x: number; readonly width: number };
};

const fontSizeAt = (height: number): number => (height >= 30 ? 11.5 : 10.5);

/** Inter's mean advance at weight 600; good enough to choose between labels. */
const textWidth = (text: string, size: number): number => text.length * size * 0.6;

export function RibbonSegmentMark(props: RibbonSegmentMarkProps) {
  const { segment, height, labels, dimmed, crowded, room = segment } = props;
  const { x, width, kind, index } = segment;
  const pattern = index === undefined || crowded ? undefined : shardPattern(index);
  const opacity = dimmed ? 0.35 : 1;
  const broken = kind !== "owned";
  const box = { x, width: Math.max(broken ? 4 : 0.5, width), height, rx: Math.min(2, width / 2) };
  const fill = index === undefined || crowded ? "var(--ink4)" : shardColor(index);
  return (
    <g opacity={opacity}>
      {broken ? (
        <>
          <rect {...box} fill="var(--hole-ground)" />
          <rect {...box} fill="url(#hatch-bad)" />
        </>
      ) : (
        <>
          <rect {...box} fill={fill} />
          {pattern && <rect {...box} fill={pattern} />}
          {width > 3 && !crowded && index !== undefined && (
            <rect
              x={x + 0.5}
              y={0.5}
              width={width - 1}
              height={height - 1}
              rx={1.5}
              fill="none"
              stroke={shardEdge(index)}
            />
          )}
        </>
      )}
      {room.width >= 12 && height >= 18 && (
        <Plate {...{ segment, height, labels, room }} patterned={pattern !== undefined} />
      )}
    </g>
  );
}

type PlateProps = Pick<RibbonSegmentMarkProps, "segment" | "height" | "labels"> & {
  readonly room: { readonly x: number; readonly width: number };
  readonly patterned: boolean;
};

function Plate({ segment, height, labels, room, patterned }: PlateProps) {
  const size = fontSizeAt(height);
  const text = labels.find((label) => textWidth(label, size) + 10 <= room.width) ?? labels.at(-1);
  if (text === undefined || textWidth(text, size) > room.width) return null;
  const broken = segment.kind !== "owned";
  const width = Math.min(room.width - 2, textWidth(text, size) + 8);
  const plateHeight = Math.min(height - 4, size + 7);
  const middle = room.x + room.width / 2;
  const { index } = segment;
  return (
    <>
      {(patterned || broken) && (
        <rect
          x={middle - width / 2}
          y={(height - plateHeight) / 2}
          width={width}
          height={plateHeight}
          rx={2}
          fill={broken || index === undefined ? "var(--well)" : shardColor(index)}
        />
      )}
      <text
        x={middle}
        y={height / 2}
        dy="0.36em"
        textAnchor="middle"
        fontSize={size}
        fontWeight={600}
        className="num"
        fill={broken || index === undefined ? "var(--bad)" : shardInk(index)}
      >
        {text}
      </text>
    </>
  );
}
