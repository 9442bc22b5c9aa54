import { cliErrors } from "@/lib/words/en/cli-errors";
import { type FaultCluster, untilWell } from "./cluster";
import type { Expected } from "./keys";
import { pictureOf } from "./picture";
import { partFrom, type Scenario, type Wish } from "./scenario";
import { type Ended, type Running, type Shell, told } from "./shell";
import { clean, type Outcome, sumOf, wrongly } from "./target";
import { typedFor } from "./typed";

export type Stage = { readonly cluster: FaultCluster; readonly shell: Shell; readonly expected: Expected };

/** Where it is killed, and whether it is gone on with then. */
type Point = { readonly at: number; readonly side: "before" | "after" | "line"; readonly end: "resume" | "cancel" };
type Counted = { readonly calls: number; readonly lines: number };

/** Where an earlier session of this run stopped, the next one goes on. */
const tried = new Set<string>();
/** Verbs that want nothing typed. */
const plain = new Set<string>();
/** Those that want the name of the cluster, which stays the same as long as its first node does. */
const names = new Map<string, string>();
const isClusterName = (typed: string): boolean => /^cluster-\w+$/.test(typed);

export const everyPoint = { isLeft: ({ verb }: Scenario): boolean => !tried.has(verb) };

/** In any order: what a shorter run has tried of a verb lies all over it. */
export async function* pointsOf(
  stage: Stage,
  scenario: Scenario,
  random: () => number,
): AsyncGenerator<Outcome, undefined> {
  const { verb } = scenario;
  const counted = await count(stage, scenario);
  if (!("calls" in counted)) {
    tried.add(verb);
    yield counted;
    return undefined;
  }
  const points = shuffled(pointsIn(scenario, counted), random);
  for (const point of points) {
    const name = `${verb} ${point.at} ${point.side}${point.end === "cancel" ? ", given up" : ""}`;
    if (tried.has(name)) continue;
    tried.add(name);
    const outcome = await kill(stage, scenario, point);
    const figures = { ...outcome.figures, [`${verb} points`]: points.length };
    yield { ...outcome, figures, trouble: (outcome.trouble ?? []).map((text) => `${name}: ${text}`) };
  }
  tried.add(verb);
  return undefined;
}

function pointsIn({ isQuiet, isUndone }: Scenario, { calls, lines }: Counted): readonly Point[] {
  const sides = (["before", "after"] as const).flatMap((side) => upTo(calls).map((at) => ({ at, side })));
  const said = isQuiet ? upTo(lines).map((at) => ({ at, side: "line" as const })) : [];
  const ends = isUndone ? (["resume", "cancel"] as const) : (["resume"] as const);
  return [...sides, ...said].flatMap((point) => ends.map((end) => ({ ...point, end })));
}

function shuffled<T>(all: readonly T[], random: () => number): readonly T[] {
  return all
    .map((one) => ({ one, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ one }) => one);
}

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);
const linesOf = (out: string): number => out.split("\n").length - 1;

async function count(stage: Stage, scenario: Scenario): Promise<Counted | Outcome> {
  const { cluster } = stage;
  await scenario.prepare?.(cluster, stage.shell);
  const wish = await scenario.wish(cluster, stage.shell);
  const ended = await finished(await begin(stage, scenario, wish), stage, scenario);
  const calls = cluster.gate.seen.length;
  const isDone = await wish.isDone(cluster);
  await tidy(cluster, scenario);
  if (ended.code !== 0 || !isDone) return wrongly(`${scenario.verb} without a fault: ${told(ended)}`);
  return { calls, lines: linesOf(ended.out) };
}

async function kill(stage: Stage, scenario: Scenario, point: Point): Promise<Outcome> {
  const { cluster, shell, expected } = stage;
  await scenario.prepare?.(cluster, shell);
  const wish = await scenario.wish(cluster, shell);
  let isKilled = false;
  const child = await begin(stage, scenario, wish, { ...point, struck: () => (isKilled = true) });
  const first = isKilled ? await child.ended : await finished(child, stage, scenario);
  cluster.gate.reopen();
  const figures = { killed: isKilled ? 1 : 0 };
  const name = (outcome: Outcome) => ({ ...outcome, figures });
  if (isKilled && point.end === "cancel") return name(await givenUp(stage, scenario));
  const last = isKilled ? await goOn(stage, scenario, wish) : first;
  const isDone = await wish.isDone(cluster);
  const picture = await pictureOf(cluster, expected);
  await tidy(cluster, scenario);
  return name(
    sumOf([
      picture,
      last.code === 0 ? clean : wrongly(`not gone on with: ${told(last)}`),
      isDone ? clean : wrongly(`not as wished: ${told(last)}`),
    ]),
  );
}

/** Killed before it was written down that anything is to be done, there is nothing to give up. */
async function givenUp({ cluster, shell }: Stage, scenario: Scenario): Promise<Outcome> {
  const last = await shell.run(["cluster", "cancel", cluster.entry, "--json"]);
  const isOver = last.code === 0 || last.err.includes(cliErrors.cliNothingToResume());
  const isUndone = await scenario.isUndone?.(cluster);
  await tidy(cluster, scenario);
  return sumOf([
    isOver ? clean : wrongly(`not given up: ${told(last)}`),
    isUndone ? clean : wrongly(`not undone: ${told(last)}`),
  ]);
}

type Arm = Pick<Point, "at" | "side"> & { readonly struck: () => void };

async function begin({ cluster, shell }: Stage, scenario: Scenario, { args }: Wish, arm?: Arm): Promise<Running> {
  const { verb, entry, counts } = scenario;
  const words = entry === "none" ? args : entry === "last" ? [...args, cluster.entry] : [cluster.entry, ...args];
  const asked = ["cluster", verb, ...words, "--json"];
  const known = `${verb} ${cluster.node(0).id}`;
  const typed = plain.has(verb) ? undefined : (names.get(known) ?? typedFor(await shell.run([...asked, "--dry-run"])));
  if (typed === undefined) plain.add(verb);
  else if (isClusterName(typed)) names.set(known, typed);
  let kill = () => {};
  const strike = () => {
    arm?.struck();
    kill();
  };
  cluster.gate.reopen();
  cluster.gate.countAlso(counts);
  if (arm && arm.side !== "line") cluster.gate.set({ at: arm.at, side: arm.side, shuts: true, reached: strike });
  let isStruck = false;
  const heard = (out: string) => {
    if (arm?.side !== "line" || isStruck || linesOf(out) < arm.at) return;
    isStruck = true;
    strike();
  };
  const sure = ["--yes", "--reason", "a run of faults", ...(typed ? ["--confirm", typed] : [])];
  const child = shell.spawn([...asked, ...sure], { heard });
  kill = () => child.signal("SIGKILL");
  return child;
}

/** Waits for its end; one that would watch for a minute is parked there and let go. */
async function finished(child: Running, { cluster, shell }: Stage, { parkedAt }: Scenario): Promise<Ended> {
  if (!parkedAt) return child.ended;
  let isOver = false;
  const ended = child.ended.finally(() => {
    isOver = true;
  });
  while (!isOver && !parkedAt.test(child.said())) await new Promise((resolve) => setTimeout(resolve, 50));
  if (isOver) return ended;
  child.signal("SIGINT");
  await ended;
  return shell.run(["cluster", "cancel", cluster.entry, "--json"]);
}

async function goOn(stage: Stage, scenario: Scenario, wish: Wish): Promise<Ended> {
  const { cluster, shell } = stage;
  const child = shell.spawn(["cluster", "resume", cluster.entry, "--json"]);
  const resumed = await finished(child, stage, scenario);
  if (!resumed.err.includes(cliErrors.cliNothingToResume())) return resumed;
  if (await wish.isDone(cluster)) return { ...resumed, code: 0 };
  return finished(await begin(stage, scenario, wish), stage, scenario);
}

async function tidy(cluster: FaultCluster, { restore }: Scenario): Promise<void> {
  const { strangers, members, replicas, gate } = cluster;
  gate.countAlso(undefined);
  await restore?.(cluster);
  const views = await Promise.all(strangers.map(({ redis }) => redis.cluster("NODES")));
  if (views.some((text) => String(text).trim().split("\n").length > 1)) await partFrom(cluster);
  if (members.length > 0) await untilWell(members, replicas.length);
}
