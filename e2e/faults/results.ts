import { execFileSync } from "node:child_process";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { spreadOf } from "../bench/figures";
import type { Outcome, Target } from "./target";

export type Kept = {
  readonly target: Target;
  readonly engine: string;
  readonly seed: number;
  readonly outcomes: readonly Outcome[];
  readonly lost: number;
  readonly open: number;
  readonly wrong: number;
  /** R2: of these verbs alone. */
  readonly verbs?: readonly string[] | undefined;
  /** Why there were no rounds. */
  readonly notRun?: string;
};

/** One line a target and run; a target is met when the rounds of a range of commits add up. */
export function keep(root: string, kept: Kept, commit: string): void {
  const { target, engine, seed, outcomes, lost, open, wrong, notRun, verbs } = kept;
  const row = {
    target: target.name,
    ...(verbs ? { verbs } : {}),
    commit,
    engine,
    seed,
    ...(notRun ? { notRun } : { rounds: outcomes.length, lost, open, wrong, figures: figuresOf(outcomes) }),
    at: new Date().toISOString().slice(0, 16),
  };
  appendFileSync(join(root, "e2e/faults/results.jsonl"), `${JSON.stringify(row)}\n`);
}

export function lineOf({ target, outcomes, lost, open, wrong, notRun }: Kept): string {
  if (notRun) return `  ${target.name}: not run, ${notRun}`;
  const figures = Object.entries(figuresOf(outcomes))
    .map(([name, { median, most }]) => `${name} ${median}, at most ${most}`)
    .join("; ");
  return `  ${target.name}: ${outcomes.length} rounds, ${lost} lost, ${open} open, ${wrong} wrong${figures ? `; ${figures}` : ""}`;
}

function figuresOf(outcomes: readonly Outcome[]) {
  const names = new Set(outcomes.flatMap(({ figures = {} }) => Object.keys(figures)));
  return Object.fromEntries(
    [...names].map((name) => {
      const { median, most } = spreadOf(outcomes.flatMap(({ figures = {} }) => figures[name] ?? []));
      return [name, { median: Math.round(median), most: Math.round(most) }];
    }),
  );
}

/** `+` behind it: with changes that are in no commit. */
export function commitOf(root: string): string {
  const git = (...args: readonly string[]) =>
    execFileSync("git", [...args], { cwd: root })
      .toString()
      .trim();
  try {
    const isChanged = git("status", "--porcelain", "--", ".", ":!e2e/faults/results.jsonl") !== "";
    return `${git("rev-parse", "--short", "HEAD")}${isChanged ? "+" : ""}`;
  } catch {
    return "unknown";
  }
}
