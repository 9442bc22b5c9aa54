import { area, line } from "d3";

/** A line that has just begun grows from the right instead of stretching over everything. */
const SHORTEST = 30;
/** Fewer values are a speck, not a line. */
const FEWEST = 6;

type SparkInput = {
  readonly values: readonly (number | undefined)[];
  readonly width: number;
  readonly height: number;
};

/**
 * Path data of a spark line and the ground below it. The lowest value sits on the ground unless it is well above zero;
 * gaps stay gaps. Too few values give empty paths.
 */
export function sparkPath({ values, width, height }: SparkInput): { readonly line: string; readonly area: string } {
  const known = values.filter((value) => value !== undefined);
  if (known.length < FEWEST) return { line: "", area: "" };
  const most = Math.max(...known);
  const least = Math.min(...known);
  // A change of a few per cent must look like one.
  const floor = Math.max(0, Math.min(least - (most - least), most * 0.7));
  const span = most - floor || 1;
  const length = Math.max(values.length, SHORTEST);
  const x = (_: number | undefined, i: number) => ((i + length - values.length) / (length - 1)) * width;
  const y = (value: number | undefined) => height - 1 - (((value ?? floor) - floor) / span) * (height - 2.5);
  const defined = (value: number | undefined) => value !== undefined;
  return {
    line: line<number | undefined>().defined(defined).x(x).y(y)(values as (number | undefined)[]) ?? "",
    area: area<number | undefined>().defined(defined).x(x).y0(height).y1(y)(values as (number | undefined)[]) ?? "",
  };
}
