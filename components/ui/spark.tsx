import { sparkPath } from "@/lib/layout/spark";

type SparkProps = {
  /** Oldest first; undefined is a gap and stays one. */
  readonly values: readonly (number | undefined)[];
  readonly width?: number;
  readonly height?: number;
  readonly className?: string;
};

/** A line without axes; its last value is printed beside it by whoever draws it. */
export function Spark({ values, width = 72, height = 20, className = "text-ink3" }: SparkProps) {
  const { line, area } = sparkPath({ values, width, height });
  return (
    <svg
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      className={className}
      aria-hidden
      role="presentation"
    >
      <path d={area} fill="currentColor" opacity={0.14} />
      <path d={line} fill="none" stroke="currentColor" strokeWidth={1.3} strokeLinejoin="round" strokeLinecap="round" />
    </svg>
  );
}
