import type { NodeId } from "@/lib/cluster/node";
import { ALL_SLOTS, intersectRanges, type SlotRanges } from "@/lib/cluster/slots";
import type { Topology, TopologyNode } from "@/lib/cluster/topology";
import { assertNever } from "@/lib/of";
import { findMember, isUp, owners, primaries } from "./members";
import { flaggedIn } from "./open-flags";
import { snapshotSources } from "./snapshot-sources";
import { targetsOf } from "./targets";
import type { Newcomer, Wish, WishOf } from "./wish";

/** Who may give slots for this wish: their keys are counted and sampled before planning. Only nodes that answer. */
export function giversOf(topology: Topology, wish: Wish): readonly NodeId[] {
  if (wish.verb === "fix")
    return primaries(topology)
      .filter((node) => node.answer.kind === "answered")
      .map((node) => node.id);
  if (isByHand(wish)) return upPrimaries(topology);
  return owners(topology)
    .filter((node) => isUp(node) && mayGive(node, wish))
    .map((node) => node.id);
}

const askedRanges = ({ ranges = [], also = [] }: WishOf<"reshard">): SlotRanges => [
  ...ranges,
  ...also.flatMap((one) => one.ranges),
];

function mayGive(node: TopologyNode, wish: Wish): boolean {
  switch (wish.verb) {
    case "reshard":
      if (wish.also) return intersectRanges(node.ranges, askedRanges(wish)).length > 0;
      if (node.id === wish.target) return false;
      if (wish.ranges) return intersectRanges(node.ranges, wish.ranges).length > 0;
      return wish.sources?.includes(node.id) ?? true;
    case "remove-node":
      return node.id === wish.nodeId;
    case "scale-in":
    case "drain":
      return wish.primaryIds.includes(node.id);
    case "scale-out":
    case "fix":
    case "rebalance":
      return true;
    case "create":
    case "add-node":
    case "failover":
    case "replicate":
    case "config":
    case "set-timeout":
    case "call":
    case "meet":
    case "forget":
    case "add-slots":
    case "del-slots":
    case "set-slot-stable":
    case "backup":
    case "restore":
    case "rolling-restart":
    case "rolling-config":
    case "rolling-upgrade":
    case "maintenance":
    case "drill":
    case "decommission":
    case "stop-cluster":
    case "start-cluster":
    case "import":
      return false;
    default:
      return assertNever(wish);
  }
}

/** Slots are given, taken or closed by hand: then every primary is asked whether it holds keys of them. */
function isByHand(wish: Wish): wish is WishOf<"add-slots" | "del-slots" | "set-slot-stable"> {
  return wish.verb === "add-slots" || wish.verb === "del-slots" || wish.verb === "set-slot-stable";
}

const upPrimaries = (topology: Topology): readonly NodeId[] =>
  primaries(topology)
    .filter(isUp)
    .map((node) => node.id);

/** In which slots a giver's keys are counted. */
export function countedIn(topology: Topology, wish: Wish, id: NodeId): SlotRanges {
  if (wish.verb === "fix") return ALL_SLOTS;
  return isByHand(wish) ? wish.ranges : (findMember(topology, id)?.ranges ?? []);
}

/** Whose settings and rights a plan for this wish may depend on. Only nodes that answer. */
export function concernedBy(topology: Topology, wish: Wish): readonly NodeId[] {
  const owning = () => owners(topology).map((node) => node.id);
  const ids = (): readonly NodeId[] => {
    switch (wish.verb) {
      case "reshard":
        return [wish.target, ...(wish.also ?? []).map((one) => one.target), ...giversOf(topology, wish)];
      case "remove-node":
        return [wish.nodeId, ...owning(), ...followers(topology, [wish.nodeId])];
      case "scale-in":
        return [...wish.primaryIds, ...owning(), ...followers(topology, wish.primaryIds)];
      case "drain":
        return [...wish.primaryIds, ...owning()];
      case "rebalance":
        return balanced(topology, wish).map((node) => node.id);
      case "scale-out":
      case "add-node":
      case "meet":
      case "restore":
      case "import":
        return owning();
      case "config":
      case "set-timeout":
      case "call":
        return targetsOf(topology, wish).map((node) => node.id);
      case "forget":
        return topology.nodes.flatMap((node) => (node.id === wish.nodeId ? [] : [node.id]));
      case "add-slots":
      case "drill":
        return [wish.nodeId];
      case "del-slots":
      case "rolling-restart":
      case "rolling-config":
      case "rolling-upgrade":
      case "maintenance":
      case "decommission":
      case "stop-cluster":
      case "start-cluster":
        return topology.nodes.map((node) => node.id);
      case "set-slot-stable":
        return flaggedIn(topology, wish.ranges).map((node) => node.id);
      case "failover": {
        const primaryId = topology.nodes.find((node) => node.id === wish.replicaId)?.primaryId;
        return [wish.replicaId, ...(primaryId ? [primaryId] : [])];
      }
      case "replicate":
        return [wish.nodeId, wish.primaryId];
      case "fix":
        return primaries(topology).map((node) => node.id);
      case "backup":
        return snapshotSources(topology).map((source) => source.nodeId);
      case "create":
        return [];
      default:
        return assertNever(wish);
    }
  };
  const wanted = new Set(ids());
  return topology.nodes.filter((node) => wanted.has(node.id) && isUp(node)).map((node) => node.id);
}

/** Primaries that take part in a rebalance, in slot order, the empty ones last. */
export function balanced(topology: Topology, { useEmpty }: Pick<WishOf<"rebalance">, "useEmpty">) {
  const empty = useEmpty ? primaries(topology).filter((node) => node.ranges.length === 0) : [];
  return [...owners(topology), ...empty].filter(isUp);
}

const followers = (topology: Topology, ids: readonly NodeId[]): readonly NodeId[] =>
  topology.nodes.flatMap((node) => (node.primaryId && ids.includes(node.primaryId) ? [node.id] : []));

/** Nodes to be brought in, in the order in which the planners expect their facts. */
export function newcomersOf(wish: Wish): readonly Newcomer[] {
  switch (wish.verb) {
    case "create":
      return wish.nodes;
    case "add-node":
    case "meet":
      return [wish.node];
    case "scale-out":
      return wish.shards.flatMap(({ primary, replicas }) => [primary, ...replicas]);
    case "reshard":
    case "rebalance":
    case "remove-node":
    case "scale-in":
    case "drain":
    case "failover":
    case "replicate":
    case "fix":
    case "config":
    case "set-timeout":
    case "call":
    case "forget":
    case "add-slots":
    case "del-slots":
    case "set-slot-stable":
    case "backup":
    case "restore":
    case "rolling-restart":
    case "rolling-config":
    case "rolling-upgrade":
    case "maintenance":
    case "drill":
    case "decommission":
    case "stop-cluster":
    case "start-cluster":
    case "import":
      return [];
    default:
      return assertNever(wish);
  }
}
