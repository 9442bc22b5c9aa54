import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { settle, startCluster } from "../cluster";
import { sidesOf } from "../half-move";
import { plainKeys, write } from "../keys";
import { pictureOf } from "../picture";
import { type Ended, openShell, type Shell, told } from "../shell";
import { clean, type Kit, type Outcome, type Session, sumOf, type Target, whole, wrongly } from "../target";
import { until } from "../until";

const SLOTS = 300;
const TRIALS = 10;

/**
 * R20: a console was killed in the middle; then its journal is cut at any byte, or a bit of it turns. Whatever opens it
 * either refuses, and says so, or knows the operation still. It never begins with nothing as if nothing had been.
 */
export const damagedJournal: Target = {
  name: "R20",
  what: "a journal that is cut or damaged is refused or still knows its operation: ten damages a round",
  rounds: 10,
  open,
};

async function open(kit: Kit): Promise<Session> {
  const cluster = await startCluster({ ...kit, owners: 3, replicas: 3, doors: true });
  const shell = openShell(kit);
  const { owners } = await settle(cluster.nodes);
  const expected = await write(cluster, owners, plainKeys({ ranges: [[0, SLOTS - 1]], keysPerSlot: 10 }));
  let round = 0;
  return {
    round: async () => {
      const [, target] = sidesOf((await settle(cluster.nodes)).owners);
      const move = ["cluster", "reshard", cluster.entry, "--cluster-to", target.id, "--ranges", `0-${SLOTS - 1}`];
      cluster.gate.reopen();
      const child = shell.spawn([...move, "--yes", "--json"]);
      const calls = whole(kit.random, 5, 60);
      await until("the move to be on its way", 60_000, () => cluster.gate.seen.length > calls);
      child.signal("SIGKILL");
      await child.ended;
      const outcomes: Outcome[] = [];
      for (let i = 0; i < TRIALS; i++)
        outcomes.push(await damaged({ shell, kit, entry: cluster.entry, n: round * TRIALS + i }));
      round++;
      const resumed = await shell.run(["cluster", "resume", cluster.entry, "--json"]);
      outcomes.push(resumed.code === 0 ? clean : wrongly(`the whole journal: ${told(resumed)}`));
      outcomes.push(await pictureOf(cluster, expected));
      const refused = outcomes.filter(({ figures }) => figures?.refused === 1).length;
      return { ...sumOf(outcomes), figures: { refused } };
    },
    close: cluster.close,
  };
}

type Trial = { readonly shell: Shell; readonly kit: Kit; readonly entry: string; readonly n: number };

async function damaged({ shell, kit, entry, n }: Trial): Promise<Outcome> {
  const copy = join(kit.folder, `damaged-${n}`);
  cpSync(shell.data, copy, { recursive: true });
  const home = join(copy, "clusters");
  const [name = ""] = readdirSync(home);
  const journal = join(home, name, "shardboard.sqlite");
  const before = operationsIn(await shell.run(["cluster", "operations", entry, "--json"]));
  const files = [journal, `${journal}-wal`].filter((path) => existsSync(path) && statSync(path).size > 0);
  const path = files[whole(kit.random, 0, files.length - 1)] ?? journal;
  const at = whole(kit.random, 0, statSync(path).size - 1);
  const isCut = kit.random() < 0.7;
  if (isCut) truncateSync(path, at);
  else flip(path, at, whole(kit.random, 0, 7));
  const what = `${path.endsWith("-wal") ? "the log" : "the file"} ${isCut ? "cut" : "turned"} at byte ${at} of ${statSync(path).size}`;
  const listed = await shell.run(["cluster", "operations", entry, "--json"], { data: copy });
  const isRefused = listed.code !== 0;
  const outcome = isRefused || operationsIn(listed) >= before ? clean : wrongly(`${what}: ${told(listed)}`);
  if (outcome.wrong === 0) rmSync(copy, { recursive: true, force: true });
  return { ...outcome, figures: { refused: isRefused ? 1 : 0 } };
}

/** The newest operation that a list names. */
function operationsIn({ out }: Ended): number {
  const list = JSON.parse(out.trim() || "[]") as readonly { readonly id: number }[];
  return Math.max(0, ...list.map(({ id }) => id));
}

function flip(path: string, at: number, bit: number): void {
  const bytes = readFileSync(path);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
  writeFileSync(path, bytes);
}
