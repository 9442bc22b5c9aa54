import { eachSlot } from "@/lib/cluster/slots";
import { settle, startCluster } from "../cluster";
import { halfMove, sidesOf } from "../half-move";
import { plainKeys, write } from "../keys";
import { pictureOf } from "../picture";
import { openShell, told } from "../shell";
import { clean, type Kit, type Session, sumOf, type Target, wrongly } from "../target";

const SLOTS = 1000;
const KEYS_A_SLOT = 10;
const CARRIED = 4;

/** R7: e3b. A tool has died and left a thousand slots open, with keys on both sides. */
export const halfMoved: Target = {
  name: "R7",
  what: "the repair of 1000 half-moved slots with 10 000 keys loses none of them",
  rounds: 10,
  open,
};

async function open(kit: Kit): Promise<Session> {
  const cluster = await startCluster({ ...kit, owners: 3, replicas: 3 });
  const shell = openShell(kit);
  const { owners } = await settle(cluster.nodes);
  const expected = await write(cluster, owners, plainKeys({ ranges: [[0, SLOTS - 1]], keysPerSlot: KEYS_A_SLOT }));
  const round = async () => {
    const [source, target] = sidesOf((await settle(cluster.nodes)).owners);
    await halfMove(source, target, [...eachSlot([[0, SLOTS - 1]])], CARRIED);
    const fixed = await shell.run(["cluster", "fix", cluster.entry, "--yes", "--json"]);
    const picture = await pictureOf(cluster, expected);
    return {
      ...sumOf([picture, fixed.code === 0 ? clean : wrongly(`not repaired: ${told(fixed)}`)]),
      figures: { fixMs: fixed.tookMs },
    };
  };
  return { round, close: cluster.close };
}
