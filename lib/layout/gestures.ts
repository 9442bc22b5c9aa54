import type { NodeId } from "@/lib/cluster/node";
import type { Topology, TopologyNode } from "@/lib/cluster/topology";
import type { WishDraft } from "@/lib/wire/wizard-link";

/**
 * What a drop on the topology means. A gesture never acts: it opens the wizard of its verb at the plan. Where it means
 * nothing, it says why, so that the drawing can say so before the hand lets go.
 */
export type Carried =
  | { readonly kind: "member"; readonly nodeId: NodeId }
  | { readonly kind: "waiting"; readonly managedId: string; readonly joinable: boolean };

export type DropTarget =
  | { readonly kind: "shard"; readonly index: number }
  | { readonly kind: "free" }
  | { readonly kind: "bin" };

export type RefusalCode =
  | "viewer"
  | "busy"
  | "last-primary"
  | "primary-onto-shard"
  | "member-onto-free"
  | "waiting-into-bin"
  | "not-empty"
  | "silent"
  | "primary-silent"
  | "no-primary";

export type Gesture =
  | { readonly allowed: true; readonly draft: WishDraft }
  | { readonly allowed: false; readonly code: RefusalCode };

export type GestureContext = {
  readonly topology: Topology;
  readonly mayOperate: boolean;
  readonly busy: boolean;
};

const no = (code: RefusalCode): Gesture => ({ allowed: false, code });
const yes = (draft: WishDraft): Gesture => ({ allowed: true, draft });

export function gestureOf(carried: Carried, target: DropTarget, context: GestureContext): Gesture {
  if (!context.mayOperate) return no("viewer");
  if (context.busy) return no("busy");
  return carried.kind === "waiting" ? dropWaiting(carried, target, context) : dropMember(carried, target, context);
}

function dropWaiting(
  { managedId, joinable }: Extract<Carried, { kind: "waiting" }>,
  target: DropTarget,
  { topology }: GestureContext,
): Gesture {
  if (target.kind === "bin") return no("waiting-into-bin");
  if (!joinable) return no("not-empty");
  if (target.kind === "free") return yes({ verb: "add-node", node: { managedId }, role: "primary" });
  const shard = topology.shards.find((s) => s.index === target.index);
  if (!shard) return no("no-primary");
  return yes({ verb: "add-node", node: { managedId }, role: "replica", primaryId: shard.primaryId });
}

function dropMember(
  { nodeId }: Extract<Carried, { kind: "member" }>,
  target: DropTarget,
  { topology }: GestureContext,
): Gesture {
  const node = topology.nodes.find((n) => n.id === nodeId);
  if (!node) return no("silent");
  if (target.kind === "free") return no("member-onto-free");
  if (target.kind === "bin") return dropIntoBin(node, topology);
  if (node.role === "primary") return no("primary-onto-shard");
  if (node.answer.kind === "silent") return no("silent");
  const shard = topology.shards.find((s) => s.index === target.index);
  if (!shard) return no("no-primary");
  const primary = topology.nodes.find((n) => n.id === shard.primaryId);
  if (shard.primaryId === node.primaryId)
    return yes({ verb: "failover", replicaId: node.id, mode: primary?.answer.kind === "silent" ? "force" : "default" });
  if (primary?.answer.kind !== "answered") return no("primary-silent");
  return yes({ verb: "replicate", nodeId: node.id, primaryId: shard.primaryId });
}

function dropIntoBin(node: TopologyNode, topology: Topology): Gesture {
  if (node.role === "replica" || node.ranges.length === 0) return yes({ verb: "remove-node", nodeId: node.id });
  const serving = topology.shards.filter((shard) => shard.slots > 0);
  if (serving.length <= 1) return no("last-primary");
  return yes({ verb: "scale-in", primaryIds: [node.id] });
}
