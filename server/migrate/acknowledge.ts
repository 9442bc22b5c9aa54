import type { NodeId } from "@/lib/cluster/node";
import { nap } from "@/server/nap";
import { replyOf } from "./lines";
import type { Run } from "./run";
import { holdsAll, parseReplication, type Replication, readTarget, type TargetReading } from "./sides";
import { MoveStop, stop } from "./stop";

/** The one that was quick before gets this long alone; then every replica is asked. */
const HEAD_START_MS = 50;
/** Then the target is asked again who its replicas are: one that comes back may not have been known as such. */
const LOOK_AGAIN_MS = 1000;
/** On top of the node timeout: a replica needs some seconds to follow a target that was just promoted. */
const FOLLOW_MS = 5000;

/**
 * I11: waits until a replica of the target holds all that the target had when `first` was read, which must be after
 * the last MIGRATE. Asked on the replica itself: what the target says of it is up to a second old, and WAIT on another
 * connection returns at once. Same replication id, offset at or past the target's.
 */
export async function acknowledge(run: Run, first: TargetReading, early?: Replication): Promise<void> {
  if (!run.job.guarded || (early && holdsAll(early, first.replication))) return;
  const waitedMs = run.job.cluster.nodeTimeoutMs + FOLLOW_MS;
  const ends = performance.now() + waitedMs;
  for (let target = first; ; target = await readTarget(run.lines, run.target)) {
    const id = await anyCaughtUp(run, target, Math.min(ends, performance.now() + LOOK_AGAIN_MS));
    run.checkSignal();
    if (id !== undefined) {
      run.acknowledger = id;
      return;
    }
    if (performance.now() >= ends)
      throw stop("replica-lost", "replicaLost", { node: run.target, waitedMs }, { nodeId: run.target });
  }
}

/** What the replica that acknowledged last says now; it may be asked before the target is, the offsets decide. */
export async function firstWord(run: Run): Promise<Replication | undefined> {
  const { acknowledger } = run;
  if (!run.job.guarded || acknowledger === undefined) return undefined;
  return ask(run, acknowledger, LOOK_AGAIN_MS);
}

async function anyCaughtUp(run: Run, target: TargetReading, ends: number): Promise<NodeId | undefined> {
  const race = new AbortController();
  const replicas = target.nodes
    .filter((node) => node.role === "replica" && node.primaryId === target.self.id && !node.noAddress)
    .map((node) => node.id);
  const preferred = replicas.find((id) => id === run.acknowledger) ?? replicas[0];
  const asked = replicas.map(async (id) => {
    if (id !== preferred) await nap(HEAD_START_MS, race.signal);
    await caughtUp({ run, id, wanted: target.replication, ends, signal: race.signal });
    return id;
  });
  const late = nap(Math.max(0, ends - performance.now()), race.signal).then(() => undefined);
  try {
    return await Promise.race([late, Promise.any(asked).catch(() => late)]);
  } finally {
    race.abort();
  }
}

type Wait = {
  readonly run: Run;
  readonly id: NodeId;
  readonly wanted: Replication;
  readonly ends: number;
  readonly signal: AbortSignal;
};

/** Rejects when time is up. A replica that is down now may be back in time. */
async function caughtUp({ run, id, wanted, ends, signal }: Wait): Promise<void> {
  for (let waitMs = 0; !signal.aborted && performance.now() < ends; waitMs = Math.min(20, waitMs + 1)) {
    if (waitMs > 1) await nap(waitMs, signal);
    const has = await ask(run, id, Math.max(1, ends - performance.now()));
    if (has && holdsAll(has, wanted)) return;
  }
  throw new Error("not in time");
}

async function ask(run: Run, id: NodeId, timeoutMs: number): Promise<Replication | undefined> {
  try {
    const [reply] = await run.lines.ask(id, [["INFO", "replication"]], { timeoutMs });
    return parseReplication(String(replyOf(reply, id)));
  } catch (error) {
    if (error instanceof MoveStop) throw error;
    return undefined;
  }
}
