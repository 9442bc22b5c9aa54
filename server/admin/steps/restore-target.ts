import type { NodeId } from "@/lib/cluster/node";
import { eachSlot, type Slot } from "@/lib/cluster/slots";
import type { Topology } from "@/lib/cluster/topology";
import { isUp, nodeName, owners } from "@/lib/plans/members";
import type { StepOf } from "@/lib/plans/step";
import type { Target } from "@/server/rdb/recode";
import { rdbVersionOf } from "@/server/rdb/versions";
import { refuse } from "@/server/refuse";
import type { StepContext } from "./context";

export type RestoreTarget = Target & {
  readonly ownerOf: (slot: Slot) => NodeId;
  readonly topology: Topology;
};

/** Who owns which slot now, and the oldest RDB version that all of them read. */
export async function restoreTarget(
  context: StepContext,
  accepts: StepOf<"restore-shard">["accepts"],
): Promise<RestoreTarget> {
  const topology = await context.sweep();
  const nodes = owners(topology).filter(isUp);
  const bySlot: NodeId[] = [];
  for (const node of nodes) for (const slot of eachSlot(node.ranges)) bySlot[slot] = node.id;
  const versions = nodes.map((node) => {
    const { engine, version = "unknown" } = node.stats ?? {};
    const known = rdbVersionOf(engine === "valkey" ? "valkey" : "redis", version);
    if (known !== undefined) return known;
    throw refuse("refused", "restoreVersion", { node: nodeName(node), version });
  });
  const ownerOf = (slot: Slot): NodeId => {
    const owner = bySlot[slot];
    if (owner) return owner;
    throw refuse("refused", "restoreNoOwner", { slot });
  };
  return { version: Math.min(...versions), accepts, ownerOf, topology };
}
