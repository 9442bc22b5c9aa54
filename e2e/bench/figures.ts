/** The figures of one bench: what was measured, run by run, and what is made of it. */
export type Figures = {
  readonly bench: string;
  readonly atMs: number;
  readonly server: string;
  readonly redisCli: string;
  readonly cores: number;
  /** Milliseconds by series, in the order of the runs. */
  readonly runs: Readonly<Record<string, readonly number[]>>;
  /** Whatever else belongs beside them: memory, commands, what clients felt. */
  readonly beside: Readonly<Record<string, readonly unknown[]>>;
};

export type Spread = { readonly median: number; readonly least: number; readonly most: number };

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const low = sorted[Math.ceil(middle) - 1] ?? 0;
  const high = sorted[Math.floor(middle)] ?? 0;
  return { median: (low + high) / 2, least: sorted[0] ?? 0, most: sorted.at(-1) ?? 0 };
}

const REFERENCE = "redis-cli";

/** One line a series: median, spread, how many times faster than redis-cli of the same runs. */
export function tableOf({ bench, runs }: Figures): string {
  const reference = runs[REFERENCE] ? spreadOf(runs[REFERENCE]).median : undefined;
  const lines = Object.entries(runs).map(([series, values]) => {
    const { median, least, most } = spreadOf(values);
    const ratio = reference === undefined || series === REFERENCE ? "" : `${(reference / median).toFixed(1)}×`;
    return `  ${series.padEnd(18)} ${ms(median).padStart(8)}  (${ms(least)} to ${ms(most)}, ${values.length} runs)  ${ratio}`;
  });
  return [bench, ...lines].join("\n");
}

const ms = (value: number) => (value < 10 ? value.toFixed(1) : value.toFixed(0));
