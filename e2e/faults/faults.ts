import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startableServer } from "../fixtures/real-server";
import { seeded } from "../fixtures/workload";
import { kindOf } from "./engines";
import { commitOf, type Kept, keep, lineOf } from "./results";
import { type Row, tableOf } from "./table";
import { isClean, type Kit, type Outcome, type Session, type Target } from "./target";
import { targets } from "./targets/all";

/**
 * `npm run faults -- [--only R4,R5] [--engine <server>] [--rounds 10] [--seed 7] [--minutes 9] [--port 9800]
 * [--verbs fix,failover] [--short]`: the targets of reliability, driven from outside: the command line or a console, real servers, signals, doors between them.
 * `--table [--since 2026-11-25T06]` tells what the rounds so far add up to.
 * Figures are added to e2e/faults/results.jsonl. Exit code 1 where anything was not as a target has it; what is needed to
 * look at it stays where the output says.
 */
export type FaultOptions = { readonly root: string; readonly args: readonly string[] };

/** One round each of the sharpest, for every day. */
const SHORT = ["R1", "R4", "R7"];
const MOST_TOLD = 2000;
/** A port that is taken stays taken. */
const MOST_UNOPENED = 2;

type Asked = {
  readonly rounds: number | undefined;
  readonly seed: number;
  readonly minutes: number;
  readonly port: number;
  readonly verbs: readonly string[] | undefined;
  readonly timed: boolean;
  readonly commit: string;
};

export async function faults({ root, args }: FaultOptions): Promise<0 | 1> {
  const option = (name: string) => {
    const at = args.indexOf(`--${name}`);
    return at < 0 ? undefined : args[at + 1];
  };
  if (args.includes("--table")) {
    const text = readFileSync(join(root, "e2e/faults/results.jsonl"), "utf8").trim();
    const rows = text.split("\n").map((line) => JSON.parse(line) as Row);
    process.stdout.write(`${tableOf(rows, targets, option("since"))}\n`);
    return 0;
  }
  const isShort = args.includes("--short");
  const only = isShort ? SHORT : option("only")?.split(",");
  const unknown = only?.filter((name) => !targets.some((target) => target.name === name)) ?? [];
  if (unknown.length > 0) throw new Error(`no target is called ${unknown.join(", ")}`);
  const asked: Asked = {
    rounds: isShort ? 1 : option("rounds") === undefined ? undefined : Number(option("rounds")),
    seed: Number(option("seed") ?? Date.now() % 1_000_000),
    minutes: Number(option("minutes") ?? 9),
    port: Number(option("port") ?? 9800),
    verbs: option("verbs")?.split(","),
    timed: !isShort,
    commit: commitOf(root),
  };
  process.on("unhandledRejection", insistOnWaited);
  // Servers end with the process, where it ends by itself.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(1));
  const home = mkdtempSync(join(tmpdir(), "shardboard-faults-"));
  const engine = startableServer(home, option("engine"));
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const target of targets) {
    if (only && !only.includes(target.name)) continue;
    const kept = engine
      ? await runTarget(target, { root, engine, home, asked })
      : missing(target, option("engine") ?? "no redis-server and no valkey-server", asked.seed);
    process.stdout.write(`${lineOf(kept)}\n`);
    if (!isShort) keep(root, kept, asked.commit);
    counts[kept.notRun ? "skipped" : kept.lost + kept.open + kept.wrong > 0 ? "failed" : "passed"]++;
  }
  const { passed, failed, skipped } = counts;
  process.stdout.write(`tests: ${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  const isWell = failed === 0;
  if (isWell) rmSync(home, { recursive: true, force: true });
  else process.stdout.write(`What is needed to look at it lies in ${home}\n`);
  return isWell ? 0 : 1;
}

/** A client that is closed while it refreshes its own map of slots says so to nobody. */
function insistOnWaited(error: unknown): void {
  if (!(error instanceof Error && error.message === "Connection is closed.")) throw error;
}

const missing = (target: Target, text: string, seed: number): Kept => ({
  target,
  engine: text,
  seed,
  outcomes: [],
  lost: 0,
  open: 0,
  wrong: 0,
  notRun: `${text} is not at hand`,
});

type Place = { readonly root: string; readonly engine: string; readonly home: string; readonly asked: Asked };

/** Rounds until there were enough, or the minutes are over: one that has begun is ended. */
async function runTarget(target: Target, { root, engine, home, asked }: Place): Promise<Kept> {
  const { seed, port, verbs, timed } = asked;
  const random = seeded(seed);
  const ends = performance.now() + asked.minutes * 60_000;
  const text = kindOf(engine).text;
  process.stdout.write(`${target.name} on ${text}, seed ${seed}: ${target.what}\n`);
  const outcomes: Outcome[] = [];
  let session: Session | undefined;
  let sessions = 0;
  let unopened = 0;
  const wanted = asked.rounds ?? target.rounds;
  while (outcomes.length < wanted && (outcomes.length === 0 || performance.now() < ends)) {
    const folder = join(home, target.name, String(sessions));
    mkdirSync(folder, { recursive: true });
    const kit: Kit = { root, engine, port, random, folder, verbs, timed };
    const notRun = outcomes.length === 0 && !session ? await target.missing?.(kit) : undefined;
    if (notRun) return { ...missing(target, text, seed), notRun };
    const outcome = await oneRound(async () => {
      if (!session) {
        unopened++;
        session = await target.open(kit);
        unopened = 0;
      }
      return session;
    });
    if (!outcome) break;
    outcomes.push(outcome);
    if (isClean(outcome)) continue;
    process.stdout.write(`  round ${outcomes.length}: ${(outcome.trouble ?? []).join("; ").slice(0, MOST_TOLD)}\n`);
    await session?.close().catch(() => {});
    session = undefined;
    sessions++;
    if (unopened >= MOST_UNOPENED) break;
  }
  await session?.close();
  const sum = (of: (one: Outcome) => number) => outcomes.reduce((total, one) => total + of(one), 0);
  const [lost, open, wrong] = [sum((one) => one.lost), sum((one) => one.open), sum((one) => one.wrong)];
  return { target, engine: text, seed, outcomes, lost, open, wrong, verbs };
}

/** A round that breaks off is wrong, and says where. */
async function oneRound(session: () => Promise<Session>): Promise<Outcome | undefined> {
  try {
    return await (await session()).round();
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { lost: 0, open: 0, wrong: 1, trouble: [text] };
  }
}
