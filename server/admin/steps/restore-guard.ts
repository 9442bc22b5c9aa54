import type { NodeId } from "@/lib/cluster/node";
import { intersectRanges } from "@/lib/cluster/slots";
import { findMember, guardsOf, replicasOf } from "@/lib/plans/members";
import type { StepOf } from "@/lib/plans/step";
import { holdsWithinMs, oneHolds } from "@/server/import/one-holds";
import type { Link } from "@/server/link";
import { parseReplication } from "@/server/migrate/sides";
import { stop } from "@/server/migrate/stop";
import type { StepContext } from "./context";
import type { RestoreTarget } from "./restore-target";

type Guarding = {
  readonly step: StepOf<"restore-shard">;
  readonly context: StepContext;
  readonly target: RestoreTarget;
};

/** It had a replica in sync when the plan was made, or it has one now. */
export function isGuarded(id: NodeId, { step, target: { topology } }: Guarding): boolean {
  const ranges = findMember(topology, id)?.ranges ?? [];
  return intersectRanges(ranges, step.guarded ?? []).length > 0 || guardsOf(topology, id).length > 0;
}

/**
 * I11: a batch counts as restored when a replica of its owner has it too. `link` is the connection that carried the
 * batch, so that the offset is from after it. Throws MoveStop `replica-lost`; what was not confirmed comes again.
 */
export async function confirmed(id: NodeId, link: Link, guarding: Guarding): Promise<void> {
  if (!isGuarded(id, guarding)) return;
  const { context, target } = guarding;
  const wanted = parseReplication(String(await link.call(["INFO", "replication"])));
  const waitMs = holdsWithinMs(target.topology.nodeTimeoutMs);
  const replicas = replicasOf(target.topology, id).map((node) => node.id);
  const has = await oneHolds({
    replicas: () => replicas,
    link: context.bulk,
    wanted,
    waitMs,
    signal: context.signal,
  });
  if (!has && !context.signal.aborted)
    throw stop("replica-lost", "replicaLost", { node: context.name(id), waitedMs: waitMs }, { nodeId: id });
}
