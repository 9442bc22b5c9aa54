import type { NodeId } from "@/lib/cluster/node";
import { isOpsError } from "@/lib/errors";
import { type Link, NodeReplyError } from "@/server/link";
import { holdsAll, parseReplication, type Replication } from "@/server/migrate/sides";
import { nap } from "@/server/nap";

/** On top of the node timeout: a replica needs some seconds to follow an owner that was just promoted. */
const FOLLOW_MS = 5000;

export const holdsWithinMs = (nodeTimeoutMs: number): number => nodeTimeoutMs + FOLLOW_MS;

type Waiting = {
  readonly replicas: () => readonly NodeId[];
  readonly link: (id: NodeId) => Promise<Link>;
  readonly wanted: Replication;
  readonly waitMs: number;
  readonly signal: AbortSignal;
};

/** I11: whether one of these replicas comes to have what its primary had; asked on the replica itself. */
export async function oneHolds({ replicas, link, wanted, waitMs, signal }: Waiting): Promise<boolean> {
  const ends = performance.now() + waitMs;
  for (let pauseMs = 0; performance.now() < ends && !signal.aborted; pauseMs = Math.min(20, pauseMs + 1)) {
    if (pauseMs > 1) await nap(pauseMs, signal);
    const has = await Promise.all(replicas().map((id) => ask(link, id)));
    if (has.some((one) => one && holdsAll(one, wanted))) return true;
  }
  return false;
}

async function ask(link: Waiting["link"], id: NodeId): Promise<Replication | undefined> {
  try {
    return parseReplication(String(await (await link(id)).call(["INFO", "replication"])));
  } catch (error) {
    if (isOpsError(error) || error instanceof NodeReplyError) return undefined;
    throw error;
  }
}
