import type { SlotRanges } from "@/lib/cluster/slots";
import { type FaultCluster, type Shape, settle, startCluster } from "../cluster";
import { createScenario } from "../create-scenario";
import { everyPoint, pointsOf, type Stage } from "../every-point";
import { plainKeys, write } from "../keys";
import { MOVED, type Scenario, scenarios } from "../scenario";
import { fewOf, fewSlots, shardScenarios } from "../shard-scenarios";
import { shelfScenarios } from "../shelf-scenarios";
import { openShell } from "../shell";
import type { Kit, Outcome, Session, Target } from "../target";

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

/** What some verbs are tried on: the cluster, and the keys that are in it. */
type Ground = {
  readonly scenarios: readonly Scenario[];
  readonly shape: Pick<Shape, "owners" | "replicas" | "strangers" | "rangeOf">;
  readonly ranges: SlotRanges;
  readonly keysPerSlot: number;
};

const grounds: readonly Ground[] = [
  {
    scenarios,
    shape: { owners: 3, replicas: 3, strangers: 1 },
    ranges: [[0, MOVED + 1]],
    keysPerSlot: 30,
  },
  {
    scenarios: shelfScenarios,
    shape: { owners: 3, replicas: 3 },
    ranges: fewSlots,
    keysPerSlot: 2,
  },
  {
    scenarios: shardScenarios,
    shape: { owners: 3, replicas: 3, strangers: 2, rangeOf: fewOf },
    ranges: fewSlots,
    keysPerSlot: 3,
  },
  { scenarios: [createScenario], shape: { owners: 0, strangers: 6 }, ranges: [], keysPerSlot: 0 },
];

/** Slots are taken from their owner on purpose, or have none at all: the others are to be served then. */
const configOf = () => ["cluster-require-full-coverage no"];

async function open(kit: Kit): Promise<Session> {
  let cluster: FaultCluster | undefined;
  const close = async () => {
    await cluster?.close();
    cluster = undefined;
  };
  const build = async ({ shape, ranges, keysPerSlot }: Ground): Promise<Stage> => {
    await close();
    cluster = await startCluster({ ...kit, ...shape, doors: true, configOf });
    const { owners } = await settle(cluster.nodes, shape.owners === 0 ? 0 : undefined);
    const expected = await write(cluster, owners, plainKeys({ ranges, keysPerSlot }));
    return { cluster, shell: openShell(kit), expected };
  };
  const rounds = roundsOf(kit, build);
  return {
    round: async () => {
      const { value, done } = await rounds.next();
      return done ? undefined : value;
    },
    close,
  };
}

async function* roundsOf(kit: Kit, build: (ground: Ground) => Promise<Stage>): AsyncGenerator<Outcome, undefined> {
  for (const ground of grounds) {
    const wanted = ground.scenarios.filter(({ verb }) => kit.verbs?.includes(verb) ?? true).filter(everyPoint.isLeft);
    if (wanted.length === 0) continue;
    const stage = await build(ground);
    for (const scenario of wanted) yield* pointsOf(stage, scenario, kit.random);
  }
  return undefined;
}
