import { parseReplication } from "@/server/migrate/sides";
import { refuse } from "@/server/refuse";
import type { Owner } from "./job";
import { holdsWithinMs, oneHolds } from "./one-holds";
import type { ImportRun } from "./run";
import { OwnerTrouble } from "./run";

/** I11: waits until a replica of each of these owners has what they have now; asked on the replica itself. */
export async function acknowledge(run: ImportRun, owners: Iterable<Owner>): Promise<void> {
  await Promise.all([...owners].filter((owner) => owner.replicas.length > 0).map((owner) => confirmed(run, owner)));
}

async function confirmed(run: ImportRun, owner: Owner): Promise<void> {
  const [reply] = await run.tellOwner(owner, [["INFO", "replication"]]);
  if (!reply?.ok) throw new OwnerTrouble(`${owner.name}: ${reply?.error.message}`);
  const { link, signal, nodeTimeoutMs } = run.job;
  const wanted = parseReplication(String(reply.value));
  const waitMs = holdsWithinMs(nodeTimeoutMs);
  if (await oneHolds({ replicas: () => owner.replicas, link, wanted, waitMs, signal })) return;
  throw refuse("refused", "importReplicaLost", { node: owner.name, seconds: Math.round(waitMs / 1000) });
}
