import type { Operation } from "@/lib/operation";
import { settle, startCluster } from "../cluster";
import { watch, watchAgain } from "../console";
import { sidesOf } from "../half-move";
import { plainKeys, write } from "../keys";
import { pictureOf } from "../picture";
import { clean, type Kit, type Outcome, sumOf, type Target, wrongly } from "../target";
import { until } from "../until";

const SLOTS = 600;
const MOST_MS = 10_000;
const STARTS = 100;

/** R19: a deploy. The console is told to end in the middle of a move, and comes back as the next version would. */
export const consoleStop: Target = {
  name: "R19",
  what: "SIGTERM in the middle of a move: nothing is open, it ends within 10 s, and the next life goes on",
  rounds: 5,
  open: async (kit) => {
    const stage = await open(kit);
    let { watching } = stage;
    return {
      round: async () => {
        const [, target] = sidesOf((await settle(stage.cluster.nodes)).owners);
        const started = await watching.start({ verb: "reshard", target: target.id, ranges: [[0, SLOTS - 1]] });
        await until("something to have moved", 30_000, () => stage.cluster.gate.seen.length > 30);
        await new Promise((resolve) => setTimeout(resolve, kit.random() * 500));
        const askedMs = performance.now();
        await watching.console.interrupt();
        const exitMs = performance.now() - askedMs;
        const rested = await pictureOf(stage.cluster, stage.expected);
        watching = await watchAgain(kit, watching.clusterId);
        stage.cluster.gate.reopen();
        const ended = await watching.end(started);
        return {
          ...sumOf([
            rested,
            await pictureOf(stage.cluster, stage.expected),
            exitMs > MOST_MS ? wrongly(`it took ${Math.round(exitMs)} ms to end`) : clean,
            ended.state === "succeeded" ? clean : wrongly(`it is ${ended.state}: ${ended.reason?.text ?? ""}`),
          ]),
          figures: { exitMs },
        };
      },
      close: async () => {
        await watching.close();
        await stage.cluster.close();
      },
    };
  },
};

/** R22: everybody starts at once. */
export const manyStarts: Target = {
  name: "R22",
  what: "of 100 starts at the same moment one runs, and the others are told who does",
  rounds: 3,
  open: async (kit) => {
    const stage = await open(kit);
    return {
      round: () => allAtOnce(stage),
      close: async () => {
        await stage.watching.close();
        await stage.cluster.close();
      },
    };
  },
};

type Stage = Awaited<ReturnType<typeof open>>;

async function open(kit: Kit) {
  const cluster = await startCluster({ ...kit, owners: 3, replicas: 3, doors: true });
  const { owners } = await settle(cluster.nodes);
  const expected = await write(cluster, owners, plainKeys({ ranges: [[0, SLOTS - 1]], keysPerSlot: 20 }));
  return { cluster, expected, watching: await watch(kit, cluster) };
}

async function allAtOnce({ cluster, expected, watching }: Stage): Promise<Outcome> {
  const [, target] = sidesOf((await settle(cluster.nodes)).owners);
  const wish = { verb: "reshard", target: target.id, ranges: [[0, SLOTS - 1]] };
  const plans = await Promise.all(Array.from({ length: STARTS }, () => watching.plan(wish)));
  const path = `/api/clusters/${watching.clusterId}/operations`;
  const replies = await Promise.all(
    plans.map(({ id }) => watching.console.call<Operation>("POST", path, { planId: id, reason: "a run" })),
  );
  const taken = replies.filter(({ status }) => status === 201);
  const told = replies.filter(({ status }) => status === 409 || status === 412);
  const [mine] = taken;
  const ended = mine ? await watching.end(mine.body) : undefined;
  return {
    ...sumOf([
      await pictureOf(cluster, expected),
      taken.length === 1 ? clean : wrongly(`${taken.length} of ${STARTS} starts were taken`),
      told.length === STARTS - 1 ? clean : wrongly(`${STARTS - 1 - told.length} starts were answered otherwise`),
      ended?.state === "succeeded" ? clean : wrongly(`it is ${ended?.state}`),
    ]),
    figures: { taken: taken.length },
  };
}
