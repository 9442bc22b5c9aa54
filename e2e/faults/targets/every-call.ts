import { cliErrors } from "@/lib/words/en/cli-errors";
import { type FaultCluster, settle, startCluster, untilWell } from "../cluster";
import { type Expected, plainKeys, write } from "../keys";
import { pictureOf } from "../picture";
import { MOVED, partFrom, type Scenario, scenarios, type Wish } from "../scenario";
import { type Ended, openShell, type Shell, told } from "../shell";
import { clean, type Kit, type Outcome, type Session, sumOf, type Target, wrongly } from "../target";
import { typedFor } from "../typed";

const REPLICAS = 3;

/** Slots are taken from their owner on purpose: the others are to be served then. */
const configOf = () => ["cluster-require-full-coverage no"];

type Point = { readonly scenario: Scenario; readonly at: number; readonly side: "before" | "after" };

/**
 * R2: each verb is done once, and what it sends that changes the cluster is counted at the doors of the nodes. Then it is
 * done again for every one of these calls, and killed right before the node gets it, and once more right after the node
 * has done it, before the answer is heard. What is said to go on with it then is said.
 */
export const everyCall: Target = {
  name: "R2",
  what: "every verb killed before and after each of its calls ends done, with nothing lost and nothing open",
  rounds: 500,
  open,
};

async function open(kit: Kit): Promise<Session> {
  const cluster = await startCluster({ ...kit, owners: 3, replicas: REPLICAS, strangers: 1, doors: true, configOf });
  const shell = openShell(kit);
  const { owners } = await settle(cluster.nodes);
  const ranges = [[0, MOVED + 1]] as const;
  const expected = await write(cluster, owners, plainKeys({ ranges, keysPerSlot: 30 }));
  const wanted = kit.verbs ? scenarios.filter(({ verb }) => kit.verbs?.includes(verb)) : scenarios;
  const points = pointsOf({ cluster, shell, expected }, wanted);
  return {
    round: async () => {
      const { value, done } = await points.next();
      return done ? undefined : value;
    },
    close: cluster.close,
  };
}

type Stage = { readonly cluster: FaultCluster; readonly shell: Shell; readonly expected: Expected };

/** Where an earlier session of this run stopped, the next one goes on. */
const tried = new Set<string>();

/** Verbs that want nothing typed. */
const plain = new Set<string>();

async function* pointsOf(stage: Stage, wanted: readonly Scenario[]): AsyncGenerator<Outcome, undefined> {
  for (const scenario of wanted) {
    if (tried.has(scenario.verb)) continue;
    const counted = await count(stage, scenario);
    if (typeof counted !== "number") {
      tried.add(scenario.verb);
      yield counted;
      continue;
    }
    for (let at = 1; at <= counted; at++)
      for (const side of ["before", "after"] as const) {
        const name = `${scenario.verb} ${at} ${side}`;
        if (tried.has(name)) continue;
        tried.add(name);
        const outcome = await kill(stage, { scenario, at, side });
        yield { ...outcome, trouble: (outcome.trouble ?? []).map((text) => `${name}: ${text}`) };
      }
    tried.add(scenario.verb);
  }
  return undefined;
}

async function count({ cluster, shell }: Stage, scenario: Scenario): Promise<number | Outcome> {
  await scenario.prepare?.(cluster);
  const wish = await scenario.wish(cluster);
  cluster.gate.reopen();
  const ended = await finished(await begin({ cluster, shell }, scenario, wish), { cluster, shell }, scenario);
  const calls = cluster.gate.seen.length;
  const isDone = await wish.isDone(cluster);
  await tidy(cluster, scenario);
  return ended.code === 0 && isDone ? calls : wrongly(`${scenario.verb} without a fault: ${told(ended)}`);
}

async function kill({ cluster, shell, expected }: Stage, { scenario, at, side }: Point): Promise<Outcome> {
  await scenario.prepare?.(cluster);
  const wish = await scenario.wish(cluster);
  let isKilled = false;
  const child = await begin({ cluster, shell }, scenario, wish, (kill) =>
    cluster.gate.set({
      at,
      side,
      shuts: true,
      reached: () => {
        isKilled = true;
        kill();
      },
    }),
  );
  const first = isKilled ? await child.ended : await finished(child, { cluster, shell }, scenario);
  cluster.gate.reopen();
  const last = isKilled ? await goOn({ cluster, shell }, scenario, wish) : first;
  const isDone = await wish.isDone(cluster);
  const picture = await pictureOf(cluster, expected);
  await tidy(cluster, scenario);
  return {
    ...sumOf([
      picture,
      last.code === 0 ? clean : wrongly(`not gone on with: ${told(last)}`),
      isDone ? clean : wrongly(`not as wished: ${told(last)}`),
    ]),
    figures: { killed: isKilled ? 1 : 0 },
  };
}

type Place = Pick<Stage, "cluster" | "shell">;

async function begin({ cluster, shell }: Place, { verb }: Scenario, { args }: Wish, arm?: (kill: () => void) => void) {
  const words = verb === "add-node" ? [...args, cluster.entry] : [cluster.entry, ...args];
  const asked = ["cluster", verb, ...words, "--json"];
  const typed = plain.has(verb) ? undefined : typedFor(await shell.run([...asked, "--dry-run"]));
  if (typed === undefined) plain.add(verb);
  let kill = () => {};
  cluster.gate.reopen();
  arm?.(() => kill());
  const child = shell.spawn([...asked, "--yes", "--reason", "a run of faults", ...(typed ? ["--confirm", typed] : [])]);
  kill = () => child.signal("SIGKILL");
  return child;
}

/** Waits for its end; one that would watch for a minute is parked there and let go. */
async function finished(
  child: ReturnType<Shell["spawn"]>,
  { cluster, shell }: Place,
  { parkedAt }: Scenario,
): Promise<Ended> {
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

async function goOn({ cluster, shell }: Place, scenario: Scenario, wish: Wish): Promise<Ended> {
  const child = shell.spawn(["cluster", "resume", cluster.entry, "--json"]);
  const resumed = await finished(child, { cluster, shell }, scenario);
  if (!resumed.err.includes(cliErrors.cliNothingToResume())) return resumed;
  if (await wish.isDone(cluster)) return { ...resumed, code: 0 };
  return finished(await begin({ cluster, shell }, scenario, wish), { cluster, shell }, scenario);
}

async function tidy(cluster: FaultCluster, { restore }: Scenario): Promise<void> {
  await restore?.(cluster);
  const isAlone =
    String(await cluster.node(cluster.nodes.length - 1).redis.cluster("NODES"))
      .trim()
      .split("\n").length === 1;
  if (!isAlone) await partFrom(cluster);
  await untilWell(cluster.nodes.slice(0, -1), REPLICAS);
}
