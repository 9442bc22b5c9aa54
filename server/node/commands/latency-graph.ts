import type { LatencyEvent } from "../dispatch/latency";

const COLUMNS = 80;
const ROWS = 4;
/** From the lowest to the highest step of a row; what is above the row is a bar. */
const STEPS = "_o#";

/** How long ago, in its largest unit. */
function ago(seconds: number): string {
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}

/** Bars of the samples from the lowest to the highest, the oldest to the left; below them, downwards, how old each is. */
export function latencyGraph(name: string, event: LatencyEvent, nowSeconds: number): string {
  const values = event.samples.map(({ ms }) => ms);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const labels = event.samples.map(({ atSeconds }) => ago(Math.max(0, nowSeconds - atSeconds)));
  let text = `${name} - high ${high} ms, low ${low} ms (all time high ${event.most} ms)\n${"-".repeat(COLUMNS)}\n`;
  for (let from = 0; from < values.length; from += COLUMNS) {
    const part = values.slice(from, from + COLUMNS);
    text += bars(part, low, Math.max(1, high - low));
    text += downwards(labels.slice(from, from + COLUMNS));
  }
  return text;
}

function bars(values: readonly number[], low: number, range: number): string {
  const steps = STEPS.length * ROWS;
  let text = "";
  for (let row = 0; row < ROWS; row++) {
    const floor = (ROWS - row - 1) * STEPS.length;
    for (const value of values) {
      const step = Math.min(steps - 1, Math.floor(((value - low) * steps) / range)) - floor;
      text += step < 0 ? " " : (STEPS[step] ?? "|");
    }
    text += "\n";
  }
  return text;
}

function downwards(labels: readonly string[]): string {
  const longest = Math.max(...labels.map(({ length }) => length));
  let text = `${" ".repeat(labels.length)}\n`;
  for (let row = 0; row < longest; row++) text += `${labels.map((label) => label[row] ?? " ").join("")}\n`;
  return text;
}
