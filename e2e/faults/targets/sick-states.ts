import { type FaultCluster, settle, startCluster, untilWell } from "../cluster";
import { kindOf } from "../engines";
import { type Expected, plainKeys, write } from "../keys";
import { pictureOf } from "../picture";
import { openShell, type Shell, told } from "../shell";
import { FILLED, type SickState, sickStates } from "../sick";
import { clean, type Kit, type Outcome, type Session, sumOf, type Target, wrongly } from "../target";

const REPLICAS = 3;

/** R8 and R17: what is sick is not called healthy, and what can be repaired is, without a word but the choice. */
export const sick: Target = {
  name: "R8",
  what: "no sick state is called healthy (R17), and the repair of each loses nothing and leaves nothing open",
  rounds: 32,
  open,
};

async function open(kit: Kit): Promise<Session> {
  const { isValkey } = kindOf(kit.engine);
  const states = sickStates.filter(({ only }) => only !== "valkey" || isValkey);
  const cluster = await startCluster({ ...kit, owners: 3, replicas: REPLICAS });
  const shell = openShell(kit);
  const { owners } = await settle(cluster.nodes);
  const expected = await write(cluster, owners, plainKeys({ ranges: [[0, FILLED - 1]], keysPerSlot: 12 }));
  const round = async (): Promise<Outcome | undefined> => {
    const state = states[turn++ % states.length];
    if (!state) return undefined;
    const outcome = await one({ cluster, shell, expected }, state);
    return { ...outcome, trouble: (outcome.trouble ?? []).map((text) => `${state.name}: ${text}`) };
  };
  return { round, close: cluster.close };
}

/** After a state that was not cured the next session goes on with the next one. */
let turn = 0;

type Stage = { readonly cluster: FaultCluster; readonly shell: Shell; readonly expected: Expected };

async function one({ cluster, shell, expected }: Stage, { make, cure, undo }: SickState): Promise<Outcome> {
  const check = () => shell.run(["cluster", "check", cluster.entry, "--cluster-search-multiple-owners"]);
  await make(cluster);
  const sick = await check();
  const verdict = sick.code === 0 ? wrongly(`called healthy: ${told(sick)}`) : clean;
  const fixed = cure ? await shell.run(["cluster", "fix", cluster.entry, ...cure, "--yes", "--json"]) : undefined;
  const repaired = fixed && fixed.code !== 0 ? wrongly(`not repaired: ${told(fixed)}`) : clean;
  if (!cure) await undo?.(cluster);
  await untilWell(cluster.nodes, REPLICAS).catch(() => {});
  const well = await check();
  const healthy = well.code === 0 ? clean : wrongly(`not healthy afterwards: ${told(well)}`);
  if (cure) await undo?.(cluster);
  return sumOf([verdict, repaired, healthy, await pictureOf(cluster, expected)]);
}
