import { settle, startCluster, viewsOf } from "../cluster";
import { compare, plainKeys, write } from "../keys";
import { openShell, told } from "../shell";
import { clean, type Kit, type Outcome, type Session, sumOf, type Target, wrongly } from "../target";

/** Far enough above the first one's nodes. */
const SECOND = 20;
const SLOTS = 300;

/** R15: e8. Two clusters that live, and an address of one given where a new node of the other belongs. */
export const mistakenMeet: Target = {
  name: "R15",
  what: "a member of another cluster that is to be met, joined or made part of a new one is refused, five at a time",
  rounds: 10,
  open,
};

async function open(kit: Kit): Promise<Session> {
  const [ours, theirs] = await Promise.all([
    startCluster({ ...kit, owners: 3, replicas: 3 }),
    startCluster({ ...kit, port: kit.port + SECOND, owners: 3, replicas: 3 }),
  ]);
  const shell = openShell(kit);
  const writings = plainKeys({ ranges: [[0, SLOTS - 1]], keysPerSlot: 5 });
  const filled = await Promise.all(
    [ours, theirs].map(async (cluster) => {
      const { owners } = await settle(cluster.nodes);
      return { cluster, expected: await write(cluster, owners, writings) };
    }),
  );
  const at = (i: number) => `127.0.0.1:${theirs.node(i).announced}`;
  const attempts = [
    ["meet", ours.entry, at(0)],
    ["add-node", at(1), ours.entry],
    ["add-node", at(4), ours.entry, "--cluster-slave"],
    ["scale-out", ours.entry, `${at(2)}+${at(5)}`],
    ["create", ours.entry, at(0), at(1)],
  ];
  const round = async (): Promise<Outcome> => {
    // Each by an operator of its own, so that none is refused because another one is at work.
    const ended = await Promise.all(
      attempts.map((args, i) => {
        const sure = ["--yes", "--confirm", "yes", "--reason", "a run of faults"];
        return shell.run(["cluster", ...args, ...sure], { data: `${shell.data}-${i}` });
      }),
    );
    const taken = ended.filter(({ code }) => code === 0);
    const kept = await Promise.all(
      filled.map(async ({ cluster, expected }) => {
        const members = (await viewsOf(cluster.nodes)).map((view) => view.length);
        const known = members.every((count) => count === cluster.nodes.length)
          ? clean
          : wrongly(`members know ${members.join(", ")} nodes`);
        return sumOf([known, await compare((await settle(cluster.nodes)).owners, expected)]);
      }),
    );
    return {
      ...sumOf([...kept, ...taken.map((one) => wrongly(`taken: ${told(one)}`))]),
      figures: { refused: ended.length - taken.length },
    };
  };
  return {
    round,
    close: async () => {
      await Promise.all([ours.close(), theirs.close()]);
    },
  };
}
