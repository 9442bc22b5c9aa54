import { cliErrors } from "@/lib/words/en/cli-errors";
import { startWorkload } from "../../fixtures/workload";
import { type Owners, settle, startCluster } from "../cluster";
import { plainKeys, write } from "../keys";
import { pictureOf } from "../picture";
import { type Ended, openShell, operationOf, told } from "../shell";
import { type Kit, type Outcome, type Session, sumOf, type Target, whole, wrongly } from "../target";

const SLOTS = 600;
const WRITTEN = 400;

/** R1: whoever moves the slots is killed at any moment, sometimes again while it makes good; clients go on writing. */
export const killedConsole: Target = {
  name: "R1",
  what: "a console killed at any moment of a reshard under writers loses nothing and leaves nothing open",
  rounds: 25,
  open,
};

async function open(kit: Kit): Promise<Session> {
  const cluster = await startCluster({ ...kit, owners: 3, replicas: 3 });
  const shell = openShell(kit);
  const { owners } = await settle(cluster.nodes);
  const expected = await write(cluster, owners, plainKeys({ ranges: [[0, SLOTS - 1]], keysPerSlot: 12 }));
  let turn = 0;
  let cleanMs: number | undefined;
  const move = () => [
    ...["cluster", "reshard", cluster.entry, "--cluster-to", cluster.node((turn + 1) % 2).id],
    ...["--ranges", `0-${SLOTS - 1}`, "--yes", "--json"],
  ];
  const killAfter = async (args: readonly string[], ms: number): Promise<boolean> => {
    const child = shell.spawn(args);
    const timer = setTimeout(() => child.signal("SIGKILL"), ms);
    const { code } = await child.ended;
    clearTimeout(timer);
    return code === null;
  };
  const isThere = (owners: Owners) =>
    (owners.get(cluster.node((turn + 1) % 2)) ?? []).some(([first, last]) => first <= 0 && last >= SLOTS - 1);
  /** Killed before it was written down that anything is to be done, there is nothing to go on with; or all was done. */
  const goOn = async (): Promise<Ended> => {
    const resumed = await shell.run(["cluster", "resume", cluster.entry, "--json"]);
    const isOver = resumed.err.includes(cliErrors.cliNothingToResume());
    if (!isOver) return resumed;
    return isThere((await settle(cluster.nodes)).owners) ? { ...resumed, code: 0 } : shell.run(move());
  };
  const round = async (): Promise<Outcome> => {
    if (cleanMs === undefined) {
      const first = await shell.run(move());
      if (first.code !== 0) return wrongly(`a quiet reshard: ${told(first)}`);
      cleanMs = first.tookMs;
      turn++;
    }
    const ports = cluster.primaries.map(({ port }) => port);
    const seed = whole(kit.random, 1, 1e6);
    const load = await startWorkload({ ports, seed, keys: WRITTEN });
    let kills = 0;
    if (await killAfter(move(), kit.random() * cleanMs)) kills++;
    while (kills > 0 && kit.random() < 0.3)
      if (await killAfter(["cluster", "resume", cluster.entry, "--json"], kit.random() * cleanMs)) kills++;
    const again = await goOn();
    const result = await load.stop();
    const picture = await pictureOf(cluster, expected);
    const isMoved = isThere(picture.owners);
    turn++;
    return {
      ...sumOf([
        picture,
        again.code === 0 && isMoved ? { lost: 0, open: 0, wrong: 0 } : wrongly(`not resumed: ${told(again)}`),
        {
          lost: result.lost.length,
          open: 0,
          wrong: result.errors.length,
          trouble: [...result.lost, ...result.errors].slice(0, 5),
        },
      ]),
      figures: {
        kills,
        resumeMs: again.tookMs,
        writes: result.writes,
        moved: operationOf(again)?.steps[0]?.slotsMoved ?? 0,
      },
    };
  };
  return { round, close: cluster.close };
}
