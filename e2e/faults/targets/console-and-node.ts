import { settle, startCluster, untilGuarded, untilReplaced, untilWell } from "../cluster";
import { type Watching, watch } from "../console";
import { sidesOf } from "../half-move";
import { plainKeys, write } from "../keys";
import { pictureOf } from "../picture";
import { clean, type Kit, type Outcome, type Session, sumOf, type Target, wrongly } from "../target";

const SLOTS = 400;
const REPLICAS = 3;

/** R3: the console and one node die in the same moment; nobody lifts a hand but for starting the node again. */
export const consoleAndNode: Target = {
  name: "R3",
  what: "a console and one node killed together: the console comes back by itself and ends what it had begun",
  rounds: 5,
  open,
};

async function open(kit: Kit): Promise<Session> {
  const cluster = await startCluster({ ...kit, owners: 3, replicas: REPLICAS, doors: true });
  const { owners } = await settle(cluster.nodes);
  const expected = await write(cluster, owners, plainKeys({ ranges: [[0, SLOTS - 1]], keysPerSlot: 20 }));
  const watching = await watch(kit, cluster);
  const round = async (): Promise<Outcome> => {
    await untilGuarded(cluster.nodes);
    const before = (await settle(cluster.nodes)).owners;
    const [source, target] = sidesOf(before);
    const victim = kit.random() < 0.5 ? source : target;
    const started = await watching.start({ verb: "reshard", target: target.id, ranges: [[0, SLOTS - 1]] });
    await struck(kit.random() * 1500);
    await Promise.all([watching.console.killConsole(), victim.kill()]);
    const killedMs = performance.now();
    await untilReplaced(cluster, victim);
    await victim.start();
    await untilWell(cluster.nodes, REPLICAS, 60_000);
    const ended = await goOn(watching, await watching.end(started));
    return {
      ...sumOf([
        await pictureOf(cluster, expected),
        ended.state === "succeeded" ? clean : wrongly(`it is ${ended.state}: ${ended.reason?.text ?? ""}`),
      ]),
      figures: { wholeMs: performance.now() - killedMs },
    };
  };
  return {
    round,
    close: async () => {
      await watching.close();
      await cluster.close();
    },
  };
}

const struck = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Where it rests because the node was away too long, a person says that it is back. */
async function goOn(watching: Watching, ended: Awaited<ReturnType<Watching["end"]>>) {
  if (ended.state !== "paused") return ended;
  const path = `/api/clusters/${watching.clusterId}/operations/${ended.id}/resume`;
  await watching.console.call("POST", path);
  return watching.end(ended);
}
