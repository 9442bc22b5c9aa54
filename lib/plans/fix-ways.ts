import { keysIn, type Trouble } from "@/lib/cluster/diagnose";
import { intersectRanges, type SlotRanges, subtractRanges } from "@/lib/cluster/slots";
import type { Topology } from "@/lib/cluster/topology";
import { findMember, isUp } from "./members";
import type { WishOf } from "./wish";

/**
 * finish: on to the other side. there-and-back: on to the other side, then home again. clear: only the flags go.
 * gather: keys of the other side go to the owner. assign: somebody becomes the owner. tell: whoever names another
 * owner is told. leave: nothing is done, and the plan says why.
 */
export type FixWay = "finish" | "there-and-back" | "clear" | "gather" | "assign" | "tell" | "leave";
export type Treated = { readonly trouble: Trouble; readonly way: FixWay };

type Choice = "safe" | "finish" | "back" | "leave";
type FixWish = WishOf<"fix">;

/** Each trouble with its way, cut where the wish says different things of its slots. */
export function waysOf(topology: Topology, wish: FixWish, troubles: readonly Trouble[]): readonly Treated[] {
  return troubles
    .flatMap((trouble) => cut(trouble, wish))
    .map(({ trouble, choice }) => ({ trouble, way: wayOf({ topology, wish, trouble, choice }) }));
}

type Cut = { readonly trouble: Trouble; readonly choice: Choice };

/** Key counts of a part are not known, only whether there are any: those are the same all over a trouble. */
function cut(trouble: Trouble, wish: FixWish): readonly Cut[] {
  let rest: SlotRanges = wish.ranges ? intersectRanges(trouble.ranges, wish.ranges) : trouble.ranges;
  const cuts: Cut[] = [];
  for (const choice of ["leave", "finish", "back"] as const) {
    const ranges = intersectRanges(rest, wish[choice] ?? []);
    if (ranges.length > 0) cuts.push({ trouble: { ...trouble, ranges }, choice });
    rest = subtractRanges(rest, ranges);
  }
  if (rest.length > 0) cuts.push({ trouble: { ...trouble, ranges: rest }, choice: wish.open });
  return cuts;
}

type Case = Cut & { readonly topology: Topology; readonly wish: FixWish };

function wayOf({ topology, wish, trouble, choice }: Case): FixWay {
  const { kind, owner, other, nodes } = trouble;
  const up = (id: string | undefined) => topology.nodes.some((node) => node.id === id && isUp(node));
  const asked = (slots: SlotRanges | undefined) => intersectRanges(slots ?? [], trouble.ranges).length > 0;
  if (asked(wish.leave)) return "leave";
  switch (kind) {
    case "half-moved":
    case "flag-alone":
      return choice === "leave" || !up(owner) ? "leave" : openWay({ trouble, choice, isOtherUp: up(other) });
    case "flag-astray":
      return choice === "leave" || !up(owner) ? "leave" : "clear";
    case "flag-on-replica":
      return choice === "leave" || !up(owner) || !nodes.every(up) ? "leave" : "clear";
    case "several":
      return nodes.every(up) && owner !== undefined && nodes.includes(owner) ? "assign" : "leave";
    case "nobody":
      return "assign";
    case "owner-gone":
      return owner !== undefined && wish.abandon.includes(owner) ? "assign" : "leave";
    case "strayed":
      return wish.strays === "leave" || !up(owner) ? "leave" : "gather";
    default:
      return up(owner) ? "tell" : "leave";
  }
}

type Open = {
  readonly trouble: Trouble;
  readonly choice: Exclude<Choice, "leave">;
  readonly isOtherUp: boolean;
};

/**
 * A side that does not answer may hold keys that have moved there: unless it is asked for, its slots are left alone,
 * for their flag is all that tells where those keys are. Back from a slot whose owner is MIGRATING goes by way of the
 * other side, because MIGRATE into a migrating slot is answered with ASK.
 */
function openWay({ trouble, choice, isOtherUp }: Open): FixWay {
  const { kind, owner, other, nodes } = trouble;
  if (!isOtherUp) return choice === "back" ? "clear" : "leave";
  const keys = keysIn(trouble, other);
  if (keys === undefined) return "leave";
  if (choice === "finish") return "finish";
  if (choice === "back") {
    if (keys === 0) return "clear";
    return owner !== undefined && nodes.includes(owner) ? "there-and-back" : "gather";
  }
  return kind === "half-moved" || keys > 0 ? "finish" : "clear";
}

/** Replicas of a dead owner that could take its place: the first way out, before anything is given away. */
export function heirsOf(topology: Topology, { owner }: Trouble): readonly string[] {
  const shard = topology.shards.find((one) => one.primaryId === owner);
  return (shard?.replicaIds ?? []).filter((id) => {
    const node = findMember(topology, id);
    return node !== undefined && isUp(node);
  });
}
