import { settle, startCluster } from "../cluster";
import { sidesOf } from "../half-move";
import { plainKeys, write } from "../keys";
import { pictureOf } from "../picture";
import { openShell, told } from "../shell";
import { clean, type Kit, type Outcome, type Session, sumOf, type Target, wrongly } from "../target";
import { until } from "../until";

/** R18: what is half-moved may be a slot of 10 000 keys. */
const KEYS_A_SLOT = 2000;
const SLOTS = 30;
const MOST_MS = 10_000;

export const parked: Target = {
  name: "R18",
  what: "asked to stop in the middle of a slot, it sends its last call within 10 s and leaves nothing open",
  rounds: 10,
  open,
};

async function open(kit: Kit): Promise<Session> {
  const cluster = await startCluster({ ...kit, owners: 3, replicas: 3, doors: true });
  const shell = openShell(kit);
  const { owners } = await settle(cluster.nodes);
  const writings = plainKeys({ ranges: [[0, SLOTS - 1]], keysPerSlot: KEYS_A_SLOT, bytes: 40 });
  const expected = await write(cluster, owners, writings);
  const round = async (): Promise<Outcome> => {
    const [, target] = sidesOf((await settle(cluster.nodes)).owners);
    const move = ["cluster", "reshard", cluster.entry, "--cluster-to", target.id, "--ranges", `0-${SLOTS - 1}`];
    cluster.gate.reopen();
    const child = shell.spawn([...move, "--yes", "--json"]);
    let isOver = false;
    const ended = child.ended.finally(() => {
      isOver = true;
    });
    await until("something to have moved", 60_000, () => isOver || cluster.gate.seen.length > 20);
    await new Promise((resolve) => setTimeout(resolve, kit.random() * 1500));
    const askedMs = performance.now();
    child.signal("SIGINT");
    const stopped = await ended;
    const endedMs = performance.now() - askedMs;
    const lastMs = Math.max(0, (cluster.gate.seen.at(-1)?.atMs ?? askedMs) - askedMs);
    const there = await pictureOf(cluster, expected);
    const resumed = stopped.code === 0 ? stopped : await shell.run(["cluster", "resume", cluster.entry, "--json"]);
    return {
      ...sumOf([
        there,
        await pictureOf(cluster, expected),
        endedMs > MOST_MS ? wrongly(`it took ${Math.round(endedMs)} ms to stop`) : clean,
        resumed.code === 0 ? clean : wrongly(`not resumed: ${told(resumed)}`),
      ]),
      figures: { lastCallMs: lastMs, stopMs: endedMs },
    };
  };
  return { round, close: cluster.close };
}
