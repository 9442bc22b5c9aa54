import type { NodeId } from "@/lib/cluster/node";
import {
  countSlots,
  equalRanges,
  intersectRanges,
  normalizeRanges,
  type SlotRanges,
  subtractRanges,
} from "@/lib/cluster/slots";
import type { Topology } from "@/lib/cluster/topology";
import { assertNever } from "@/lib/of";
import type { CandidateFacts } from "./facts";
import type { Step, StepOf } from "./step";

/**
 * What a cluster would become if a plan's steps ran. Every step checks its precondition on the model first (the table
 * in plan.ts) and throws when it does not hold: a plan that gets through it has no step that would find the cluster
 * unready. It knows ownership, roles, membership and processes; not keys, gossip or time.
 */
export type ModelNode = {
  readonly id: NodeId;
  readonly role: "primary" | "replica";
  readonly primaryId?: NodeId | undefined;
  readonly ranges: SlotRanges;
  readonly member: boolean;
  readonly up: boolean;
  /** Config epoch 0 and nobody known. */
  readonly fresh: boolean;
  readonly forgotten: boolean;
};
export type Model = ReadonlyMap<NodeId, ModelNode>;

export function modelOf(topology: Topology, candidates: readonly CandidateFacts[] = []): Model {
  const members = topology.nodes.map((node): [NodeId, ModelNode] => [
    node.id,
    {
      id: node.id,
      role: node.role,
      primaryId: node.primaryId,
      ranges: node.ranges,
      member: true,
      up: node.answer.kind === "answered",
      fresh: false,
      forgotten: false,
    },
  ]);
  const newcomers = candidates.flatMap(({ id }): [NodeId, ModelNode][] =>
    id === undefined
      ? []
      : [[id, { id, role: "primary", ranges: [], member: false, up: true, fresh: true, forgotten: false }]],
  );
  return new Map([...members, ...newcomers]);
}

/** Steps in order; those of one phase are also held to what may run side by side. */
export function simulate(start: Model, steps: readonly Step[]): Model {
  let model = start;
  let phase = Number.NEGATIVE_INFINITY;
  let roles = new Map<NodeId, "gives" | "receives">();
  for (const step of steps) {
    if (step.phase < phase) throw new Error(`step ${step.id} goes back from phase ${phase} to ${step.phase}`);
    if (step.phase > phase) roles = new Map();
    phase = step.phase;
    if (step.kind === "move-slots") claimRoles(roles, step);
    model = apply(model, step);
  }
  return model;
}

function claimRoles(roles: Map<NodeId, "gives" | "receives">, { id, source, target }: StepOf<"move-slots">): void {
  if (roles.get(source) === "receives" || roles.get(target) === "gives")
    throw new Error(`step ${id}: a node gives and receives in one phase (I20)`);
  roles.set(source, "gives").set(target, "receives");
}

/** One step's view of the model: what it may ask, what it insists on, how it says what changed. */
class World {
  readonly #model: Model;
  readonly #step: Step;

  constructor(model: Model, step: Step) {
    this.#model = model;
    this.#step = step;
  }

  need(holds: boolean, what: string): void {
    if (!holds) throw new Error(`step ${this.#step.id} (${this.#step.kind}): ${what}`);
  }

  node(id: NodeId): ModelNode {
    const found = this.#model.get(id);
    if (!found) throw new Error(`step ${this.#step.id} (${this.#step.kind}): nobody knows ${id}`);
    return found;
  }

  get nodes(): readonly ModelNode[] {
    return [...this.#model.values()];
  }

  isFollowed(id: NodeId): boolean {
    return this.nodes.some((node) => node.member && node.up && node.primaryId === id);
  }

  with(...changed: readonly ModelNode[]): Model {
    return new Map([...this.#model, ...changed.map((node): [NodeId, ModelNode] => [node.id, node])]);
  }
}

function apply(model: Model, step: Step): Model {
  const world = new World(model, step);
  switch (step.kind) {
    case "start-node":
      return step.nodeId ? world.with({ ...world.node(step.nodeId), up: true }) : model;
    case "watch-gone":
    case "seal-backup":
    case "check-backup":
    case "restore-shard":
    case "forget-cluster":
    case "import-keys":
    case "prove":
      return model;
    case "save-shard":
    case "load-functions":
      world.need(world.node(step.nodeId).up, "the node does not answer");
      return model;
    case "set-epoch":
      world.need(isFresh(world.node(step.node.id)), "the node is not fresh");
      world.need(world.node(step.node.id).ranges.length === 0, "the node has slots already");
      return model;
    case "add-slots":
      return addSlots(world, step);
    case "del-slots":
      return delSlots(world, step);
    case "set-config":
    case "call":
    case "set-stable":
      world.need(
        world.node(step.nodeId).member && world.node(step.nodeId).up,
        "the node is no member or does not answer",
      );
      return model;
    case "meet":
      return meet(world, step);
    case "await-joined":
      for (const id of step.nodeIds) world.need(world.node(id).member, "a node was not met");
      return model;
    case "replicate":
      return replicate(world, step);
    case "move-slots":
      return moveSlots(world, step);
    case "assign-slots":
      return assignSlots(world, step);
    case "gather-keys":
      world.need(world.node(step.from).up && world.node(step.to).up, "one side does not answer");
      world.need(owns(world.node(step.to), step.ranges), "the receiver does not own them all");
      world.need(intersectRanges(world.node(step.from).ranges, step.ranges).length === 0, "the holder owns some");
      return model;
    case "clear-flags":
      for (const id of step.flagged) world.need(world.node(id).up, "a flagged node does not answer");
      return model;
    case "failover":
      return failover(world, step);
    case "forget":
      world.need(world.node(step.nodeId).ranges.length === 0, "the node owns slots");
      world.need(!world.isFollowed(step.nodeId), "the node is followed by others");
      return world.with({ ...world.node(step.nodeId), member: false, forgotten: true });
    case "reset":
      world.need(world.node(step.nodeId).forgotten, "the node is still a member");
      world.need(world.node(step.nodeId).up, "the node does not answer");
      return world.with({ ...world.node(step.nodeId), role: "primary", primaryId: undefined });
    case "stop-node":
      if (!step.member) {
        world.need(world.node(step.nodeId).ranges.length === 0, "the node owns slots");
        world.need(!world.node(step.nodeId).member, "the node is still a member");
      }
      return world.with({ ...world.node(step.nodeId), up: false });
    case "hurt-node":
      world.need(world.node(step.nodeId).member && world.node(step.nodeId).up, "the node is no member or is down");
      return model;
    case "drop-node":
      world.need(!world.node(step.nodeId).up, "the node still runs");
      return model;
    case "restart-node":
      world.need(world.node(step.nodeId).member && world.node(step.nodeId).up, "the node is no member or is down");
      world.need(step.down === true || world.node(step.nodeId).ranges.length === 0, "the node owns slots");
      return model;
    default:
      return assertNever(step);
  }
}

const isFresh = (node: ModelNode): boolean => node.fresh && !node.member;

function addSlots(world: World, { node, ranges, member }: StepOf<"add-slots">): Model {
  const own = world.node(node.id);
  world.need(member ? own.member && own.up && own.role === "primary" : isFresh(own), "the node may not take slots");
  world.need(
    world.nodes.every((one) => intersectRanges(one.ranges, ranges).length === 0),
    "a slot is taken",
  );
  return world.with({ ...own, ranges: normalizeRanges([...own.ranges, ...ranges]) });
}

function delSlots(world: World, { nodeId, ranges }: StepOf<"del-slots">): Model {
  const own = world.node(nodeId);
  world.need(own.up, "the node does not answer");
  world.need(equalRanges(intersectRanges(own.ranges, ranges), ranges), "the node does not own them all");
  return world.with({ ...own, ranges: subtractRanges(own.ranges, ranges) });
}

function meet(world: World, step: StepOf<"meet">): Model {
  const candidate = world.node(step.candidate.id);
  const via = world.node(step.via.id);
  world.need(isFresh(candidate), "the candidate is not alone");
  world.need(via.member || via.fresh, "the other side is no member");
  return world.with({ ...candidate, member: true, fresh: false }, { ...via, member: true, fresh: false });
}

function replicate(world: World, { nodeId, primaryId }: StepOf<"replicate">): Model {
  const own = world.node(nodeId);
  const primary = world.node(primaryId);
  world.need(own.member && own.up, "the node is no member or does not answer");
  world.need(own.ranges.length === 0, "the node owns slots");
  world.need(primary.member && primary.role === "primary", "the primary is none");
  world.need(!world.isFollowed(nodeId), "the node is followed by others");
  return world.with({ ...own, role: "replica", primaryId });
}

function moveSlots(world: World, { source: from, target: to, ranges, slots }: StepOf<"move-slots">): Model {
  const source = world.node(from);
  const target = world.node(to);
  world.need(source.member && source.up && target.member && target.up, "source or target does not answer");
  world.need(target.role === "primary" && source.role === "primary", "source or target is no primary");
  world.need(owns(source, ranges), "the source does not own them all");
  world.need(slots === countSlots(ranges) && slots > 0, "the count is wrong");
  return world.with(
    { ...source, ranges: subtractRanges(source.ranges, ranges) },
    { ...target, ranges: normalizeRanges([...target.ranges, ...ranges]) },
  );
}

const owns = (node: ModelNode, ranges: SlotRanges): boolean =>
  equalRanges(intersectRanges(node.ranges, ranges), ranges);

/** Nobody else claims them any more afterwards, whoever it was. */
function assignSlots(world: World, { nodeId, ranges, yields }: StepOf<"assign-slots">): Model {
  const taker = world.node(nodeId);
  world.need(taker.member && taker.up && taker.role === "primary", "the node is no primary that answers");
  const others = world.nodes.filter((node) => node.id !== nodeId && intersectRanges(node.ranges, ranges).length > 0);
  for (const node of others) world.need(!node.up || yields.includes(node.id), "somebody else owns them");
  return world.with(...others.map((node) => ({ ...node, ranges: subtractRanges(node.ranges, ranges) })), {
    ...taker,
    ranges: normalizeRanges([...taker.ranges, ...ranges]),
  });
}

function failover(world: World, { replicaId, primaryId }: StepOf<"failover">): Model {
  const replica = world.node(replicaId);
  const primary = world.node(primaryId);
  world.need(replica.role === "replica" && replica.primaryId === primaryId && replica.up, "it does not follow");
  const others = world.nodes.filter((node) => node.member && node.primaryId === primaryId && node.id !== replicaId);
  return world.with(
    { ...replica, role: "primary", primaryId: undefined, ranges: primary.ranges },
    { ...primary, role: "replica", primaryId: replicaId, ranges: [] },
    ...others.map((node) => ({ ...node, primaryId: replicaId })),
  );
}
