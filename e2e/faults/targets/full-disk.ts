import { settle, startCluster } from "../cluster";
import { sidesOf } from "../half-move";
import { plainKeys, write } from "../keys";
import { pictureOf } from "../picture";
import { type Ended, openShell, told } from "../shell";
import { clean, type Kit, type Outcome, type Session, sumOf, type Target, whole, wrongly } from "../target";

const SLOTS = 200;
/** From a file in which nothing fits to one in which the whole move does. */
const LEAST_KB = 4;
const MOST_KB = 700;

/**
 * R21: the disk is full at some moment of a move: no file of the journal may grow beyond so many bytes. What has no record
 * is not sent: whatever was changed is known to the journal, and is made good when there is room again.
 */
export const fullDisk: Target = {
  name: "R21",
  what: "a disk that is full at any moment: nothing is sent without a record, and a resume with room ends it",
  rounds: 20,
  open,
};

async function open(kit: Kit): Promise<Session> {
  const cluster = await startCluster({ ...kit, owners: 3, replicas: 3, doors: true });
  const shell = openShell(kit);
  const { owners } = await settle(cluster.nodes);
  const expected = await write(cluster, owners, plainKeys({ ranges: [[0, SLOTS - 1]], keysPerSlot: 20 }));
  let n = 0;
  const round = async (): Promise<Outcome> => {
    const data = `${shell.data}-${n++}`;
    const [, target] = sidesOf((await settle(cluster.nodes)).owners);
    const move = ["cluster", "reshard", cluster.entry, "--cluster-to", target.id, "--ranges", `0-${SLOTS - 1}`];
    const limitKb = whole(kit.random, LEAST_KB, MOST_KB);
    cluster.gate.reopen();
    const under = ["bash", "-c", `ulimit -f ${limitKb}; exec "$@"`, "limited"];
    const limited = await shell.run([...move, "--yes", "--json"], { data, under, deadlineMs: 90_000 });
    const sent = cluster.gate.seen.length;
    const listed = await shell.run(["cluster", "operations", cluster.entry, "--json"], { data });
    const record = sent === 0 || knows(listed) ? clean : wrongly(`${sent} calls and no record: ${told(listed)}`);
    const resumed =
      limited.code === 0 || sent === 0
        ? limited
        : await shell.run(["cluster", "resume", cluster.entry, "--json"], { data });
    const ended = sent === 0 || resumed.code === 0 ? clean : wrongly(`${limitKb} KB: ${told(resumed)}`);
    return {
      ...sumOf([await pictureOf(cluster, expected), record, ended]),
      figures: { limitKb, sent, broken: limited.code === 0 ? 0 : 1 },
    };
  };
  return { round, close: cluster.close };
}

const knows = ({ code, out }: Ended): boolean => code === 0 && out.includes('"verb":"reshard"');
