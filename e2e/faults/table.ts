import type { Target } from "./target";

/** A row of results.jsonl, as far as a table needs it. */
export type Row = {
  readonly target: string;
  readonly engine: string;
  readonly commit: string;
  readonly at: string;
  readonly rounds?: number;
  readonly lost?: number;
  readonly open?: number;
  readonly wrong?: number;
};

/** What the targets ask for in all, on each engine. */
const WANTED: Readonly<Record<string, number>> = { R1: 100, R3: 100, R4: 50, R5: 50, R6: 50, R7: 20, R22b: 50 };
const HEAD = ["target", "engine", "rounds", "wanted", "lost", "open", "wrong", "commits"];

type Sum = { rounds: number; lost: number; open: number; wrong: number; commits: Set<string> };

/** One line a target and engine: the rounds of all rows from `since` on, added up. */
export function tableOf(rows: readonly Row[], targets: readonly Pick<Target, "name" | "rounds">[], since = ""): string {
  const sums = new Map<string, Sum>();
  for (const { target, engine, commit, at, rounds = 0, lost = 0, open = 0, wrong = 0 } of rows) {
    if (at < since || rounds === 0) continue;
    const key = `${target}\t${engine}`;
    const sum = sums.get(key) ?? { rounds: 0, lost: 0, open: 0, wrong: 0, commits: new Set<string>() };
    sum.rounds += rounds;
    sum.lost += lost;
    sum.open += open;
    sum.wrong += wrong;
    sum.commits.add(commit);
    sums.set(key, sum);
  }
  const place = (name: string) => targets.findIndex((target) => target.name === name);
  const lines = [...sums]
    .map(([key, sum]) => ({ sum, names: key.split("\t") }))
    .sort(
      (a, b) => place(a.names[0] ?? "") - place(b.names[0] ?? "") || (a.names[1] ?? "").localeCompare(b.names[1] ?? ""),
    )
    .map(({ names: [name = "", engine = ""], sum: { rounds, lost, open, wrong, commits } }) => {
      const wanted = WANTED[name] ?? targets.find((target) => target.name === name)?.rounds ?? 0;
      return [name, engine, rounds, wanted, lost, open, wrong, [...commits].join(" ")].map(String);
    });
  const widths = HEAD.map((head, i) => Math.max(head.length, ...lines.map((cells) => cells[i]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (i < 2 || i === cells.length - 1 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join("  ")
      .trimEnd();
  return [HEAD, ...lines].map(line).join("\n");
}
