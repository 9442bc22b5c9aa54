import type { NodeId } from "@/lib/cluster/node";
import { isOpsError } from "@/lib/errors";
import { NodeReplyError } from "@/server/link";
import { holdsAll, parseReplication, type Replication } from "@/server/migrate/sides";
import { nap } from "@/server/nap";
import { refuse } from "@/server/refuse";
import type { Owner } from "./job";
import type { ImportRun } from "./run";
import { OwnerTrouble } from "./run";

/** On top of the node timeout: a replica needs some seconds to follow an owner that was just promoted. */
const FOLLOW_MS = 5000;

/** I11: waits until a replica of each of these owners has what they have now; asked on the replica itself. */
export async function acknowledge(run: ImportRun, owners: Iterable<Owner>): Promise<void> {
  await Promise.all([...owners].filter((owner) => owner.replicas.length > 0).map((owner) => oneHolds(run, owner)));
}

async function oneHolds(run: ImportRun, owner: Owner): Promise<void> {
  const [reply] = await run.tellOwner(owner, [["INFO", "replication"]]);
  if (!reply?.ok) throw new OwnerTrouble(`${owner.name}: ${reply?.error.message}`);
  const wanted = parseReplication(String(reply.value));
  const waitMs = run.job.nodeTimeoutMs + FOLLOW_MS;
  const ends = performance.now() + waitMs;
  for (let pauseMs = 0; performance.now() < ends; pauseMs = Math.min(20, pauseMs + 1)) {
    if (pauseMs > 1) await nap(pauseMs, run.job.signal);
    const has = await Promise.all(owner.replicas.map((id) => ask(run, id)));
    if (has.some((one) => one && holdsAll(one, wanted))) return;
    if (run.job.signal.aborted) break;
  }
  throw refuse("refused", "importReplicaLost", { node: owner.name, seconds: Math.round(waitMs / 1000) });
}

async function ask(run: ImportRun, id: NodeId): Promise<Replication | undefined> {
  try {
    return parseReplication(String(await (await run.job.link(id)).call(["INFO", "replication"])));
  } catch (error) {
    if (isOpsError(error) || error instanceof NodeReplyError) return undefined;
    throw error;
  }
}
