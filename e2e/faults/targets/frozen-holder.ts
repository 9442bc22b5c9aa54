import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type FaultCluster, settle, startCluster } from "../cluster";
import { sidesOf } from "../half-move";
import { type Expected, plainKeys, write } from "../keys";
import { pictureOf } from "../picture";
import { type Ended, openShell, type Running, type Shell, told } from "../shell";
import { clean, type Kit, type Outcome, type Session, sumOf, type Target, whole, wrongly } from "../target";
import { until } from "../until";

const SLOTS = 400;
const MOST_MS = 15_000;
const ANSWER_MS = 60_000;

/**
 * R22: the one that writes is frozen in the middle. As long as the kernel keeps its lock for it, whoever comes next is
 * refused. Then the lock is gone, as on a file system that forgets locks: the next one takes over, and the frozen one,
 * awake again, finds its connections closed and its fence passed.
 */
export const frozenHolder: Target = {
  name: "R22b",
  what: "a holder frozen in the middle is taken over from within 15 s, and changes nothing when it wakes up",
  rounds: 10,
  open,
};

async function open(kit: Kit): Promise<Session> {
  const cluster = await startCluster({ ...kit, owners: 3, replicas: 3, doors: true });
  const shell = openShell(kit);
  const { owners } = await settle(cluster.nodes);
  const expected = await write(cluster, owners, plainKeys({ ranges: [[0, SLOTS - 1]], keysPerSlot: 20 }));
  return { round: () => one({ kit, cluster, shell, expected }), close: cluster.close };
}

type Stage = {
  readonly kit: Kit;
  readonly cluster: FaultCluster;
  readonly shell: Shell;
  readonly expected: Expected;
};

async function one({ kit, cluster, shell, expected }: Stage): Promise<Outcome> {
  const { gate } = cluster;
  const [, target] = sidesOf((await settle(cluster.nodes)).owners);
  const move = ["cluster", "reshard", cluster.entry, "--cluster-to", target.id, "--ranges", `0-${SLOTS - 1}`];
  const resume = ["cluster", "resume", cluster.entry, "--json"];
  gate.reopen();
  const holder = shell.spawn([...move, "--yes", "--json"]);
  const calls = whole(kit.random, 5, 400);
  await until("the move to be on its way", ANSWER_MS, () => gate.seen.length > calls);
  holder.signal("SIGSTOP");
  const refused = await shell.run(resume);
  forgetLocks(shell.data);
  const [before, itsOwn, startedMs] = [gate.seen.length, gate.connections, performance.now()];
  const next = shell.spawn(resume);
  let isOver = false;
  const ended = next.ended.finally(() => {
    isOver = true;
  });
  await until("the next one to take over", ANSWER_MS, () => isOver || gate.seen.length > before);
  const first = gate.seen[before];
  // Frozen in the middle of a record: the file itself is locked, and nobody comes in while it is.
  if (!first) return awake({ cluster, expected, holder, ended: await ended });
  if (kit.random() < 0.5) await ended;
  const sent = gate.seen.length;
  holder.signal("SIGCONT");
  const [fenced, resumed] = await Promise.all([holder.ended, ended]);
  const late = gate.seen.slice(sent).filter(({ connection }) => connection <= itsOwn);
  const takeoverMs = first.atMs - startedMs;
  return {
    ...sumOf([
      await pictureOf(cluster, expected),
      refused.code === 1 ? clean : wrongly(`not refused while the lock was held: ${told(refused)}`),
      resumed.code === 0 ? clean : wrongly(`not resumed: ${told(resumed)}`),
      fenced.code === 1 ? clean : wrongly(`the fenced one does not say what became of it: ${told(fenced)}`),
      ...late.map(({ port, words }) => wrongly(`the fenced one said ${words.join(" ")} to ${port}`)),
      kit.timed && takeoverMs > MOST_MS ? wrongly(`taken over after ${Math.round(takeoverMs)} ms`) : clean,
    ]),
    figures: { takeoverMs, shutOut: 0 },
  };
}

type Awake = Pick<Stage, "cluster" | "expected"> & { readonly holder: Running; readonly ended: Ended };

/** The next one was shut out, and has changed nothing: the holder goes on as if nothing had been. */
async function awake({ cluster, expected, holder, ended }: Awake): Promise<Outcome> {
  holder.signal("SIGCONT");
  const { code } = await holder.ended;
  return {
    ...sumOf([
      await pictureOf(cluster, expected),
      ended.code === 1 ? clean : wrongly(`shut out, and content: ${told(ended)}`),
      code === 0 ? clean : wrongly(`nobody took over, and it did not go on: exit ${code}`),
    ]),
    figures: { shutOut: 1 },
  };
}

/** The kernel keeps a lock for whoever holds the file open: the next one finds another file. */
function forgetLocks(data: string): void {
  const home = join(data, "clusters");
  for (const name of readdirSync(home))
    for (const end of ["", "-wal", "-shm"]) rmSync(join(home, name, `lock.sqlite${end}`), { force: true });
}
