import { isOpsError } from "@/lib/errors";
import type { AtomicWay, MoveWay } from "@/lib/plans/way";
import type { Link } from "@/server/link";
import type { AtomicTask, Dialect } from "./dialect";
import { isBusy } from "./dialect";
import { foreignTask } from "./foreign-tasks";
import type { MoveJob, MoveOutcome, Mover } from "./mover";
import { redisAsmMover, redisDialect } from "./redis-asm";
import { setslotMover } from "./setslot";
import { valkeyAsmMover, valkeyDialect } from "./valkey-asm";

const movers: Readonly<Record<MoveWay, Mover>> = {
  setslot: { ...setslotMover, move: async (job) => (await stoppedByTask(job)) ?? setslotMover.move(job) },
  "valkey-asm": valkeyAsmMover,
  "redis-asm": redisAsmMover,
};
export const dialects: readonly Dialect[] = [valkeyDialect, redisDialect];

/** The mover of a plan's way (I17): written in the plan, so that a resume goes on by the same. */
export const moverOf = (way: MoveWay): Mover => movers[way];

/** SETSLOT and an atomic task refuse each other, so there must be none. Whoever does not answer is the mover's to find. */
async function stoppedByTask(job: MoveJob): Promise<MoveOutcome | undefined> {
  for (const id of [job.source, job.target]) {
    const tasks = await job.cluster.link(id).then(tasksOf).catch(noneIfSilent);
    const foreign = foreignTask(job, id, tasks);
    if (foreign) return { kind: "stopped", reason: foreign.reason, openSlots: [], left: job.ranges };
  }
  return undefined;
}

async function tasksOf(link: Link): Promise<readonly AtomicTask[]> {
  const replies = await link.pipeline(
    dialects.map(({ list }) => list),
    { buffers: true },
  );
  return dialects.flatMap(({ parse }, i) => (replies[i]?.ok ? parse(replies[i].value) : []));
}

function noneIfSilent(error: unknown): readonly AtomicTask[] {
  if (isOpsError(error) && error.sentence !== "leaseLost") return [];
  throw error;
}

export type Offer = {
  readonly ways: readonly AtomicWay[];
  /** Tasks that are under way now at this node, by any dialect. */
  readonly tasks: readonly AtomicTask[];
};

/**
 * Which ways of moving slots by itself a server has: asked, never told from its version, because forks exist. It must
 * know the command and answer the list of its tasks; where COMMAND INFO is refused, the list alone decides.
 */
export async function askOffer(link: Link): Promise<Offer> {
  const replies = await link.pipeline(
    dialects.flatMap(({ offeredAs, list }) => [["COMMAND", "INFO", offeredAs], list]),
    { buffers: true },
  );
  const asked = dialects.map((dialect, i) => {
    const [info, list] = [replies[2 * i], replies[2 * i + 1]];
    const knows = !info?.ok || (Array.isArray(info.value) && Array.isArray(info.value[0]));
    return { dialect, reply: knows && list?.ok && Array.isArray(list.value) ? list.value : undefined };
  });
  const offered = asked.filter(({ reply }) => reply !== undefined);
  return {
    ways: offered.map(({ dialect }) => dialect.way),
    tasks: offered.flatMap(({ dialect, reply }) => dialect.parse(reply).filter(isBusy)),
  };
}
