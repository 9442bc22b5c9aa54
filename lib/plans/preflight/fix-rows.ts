import { keysIn, type Trouble } from "@/lib/cluster/diagnose";
import type { NodeId } from "@/lib/cluster/node";
import { countSlots, formatRanges, subtractRanges, unionRanges } from "@/lib/cluster/slots";
import type { Facts } from "../facts";
import type { Repair } from "../fix-steps";
import { heirsOf, type Treated } from "../fix-ways";
import { findMember, nameOf } from "../members";
import type { PreflightLine } from "../plan";
import type { Context } from "./context";
import { fails, passes, unknown, type Verdict } from "./line";

/** What a repair has in hand, and what it leaves. */
export type FixLines = {
  readonly facts: Facts;
  readonly treated: readonly Treated[];
  readonly repair: Repair;
};

/** MIGRATE is refused by a node that says cluster_state:fail: slots that nobody serves must find an owner first. */
export function fixServes({ facts: { topology }, repair }: FixLines): readonly Verdict[] {
  const moving = repair.steps.some(({ kind }) => kind === "move-slots");
  const failing = topology.nodes.some((node) => node.answer.kind === "answered" && node.view?.state === "fail");
  const taken = repair.assignments.flatMap(({ ranges }) => ranges);
  const lost = subtractRanges(unionRanges(topology.uncovered, topology.unserved), taken);
  if (!moving || !failing || lost.length === 0) return [passes("fix-serves", {})];
  return [fails("fix-serves", { slots: countSlots(lost), ranges: formatRanges(lost) })];
}

/** A dispute that is not settled makes every rise of an epoch dangerous for whoever is in it. */
export function fixDisputes({ facts: { topology }, treated }: FixLines, { involved }: Context): readonly Verdict[] {
  const left = treated.filter(
    ({ trouble, way }) => trouble.kind === "several" && way === "leave" && isAbout(trouble, involved),
  );
  if (left.length === 0) return [passes("fix-disputes", {})];
  return left.map(({ trouble }) =>
    fails("fix-disputes", {
      ranges: formatRanges(trouble.ranges),
      nodes: [...new Set([...trouble.nodes, ...(trouble.owner ? [trouble.owner] : [])])].map((id) =>
        nameOf(topology, id),
      ),
    }),
  );
}

const isAbout = ({ nodes, owner }: Trouble, involved: readonly NodeId[]): boolean =>
  [...nodes, ...(owner ? [owner] : [])].some((id) => involved.includes(id));

/** Keys of every slot on every primary: without them nobody knows what a flag hides. */
export function fixCounted({ facts: { topology, slotKeys } }: FixLines): readonly Verdict[] {
  const asked = topology.nodes.filter((node) => node.role === "primary" && node.answer.kind === "answered");
  const blind = asked.filter((node) => slotKeys[node.id] === undefined).map((node) => nameOf(topology, node.id));
  if (blind.length > 0) return [fails("fix-counted", { nodes: blind })];
  return [passes("fix-counted", { nodes: asked.length })];
}

/** Slots of a dead owner that are given away: the number of keys last seen there stands in the sentence. */
export function fixAbandons({ facts: { topology }, treated }: FixLines): readonly Verdict[] {
  const gone = treated.filter(({ trouble, way }) => trouble.kind === "owner-gone" && way === "assign");
  const owners = new Set(gone.flatMap(({ trouble }) => trouble.owner ?? []));
  return [...owners].map((id) => {
    const mine = gone.filter(({ trouble }) => trouble.owner === id);
    const slots = mine.reduce((sum, { trouble }) => sum + countSlots(trouble.ranges), 0);
    const keys = findMember(topology, id)?.stats?.keys;
    const node = nameOf(topology, id);
    return keys === undefined ? unknown("fix-abandons", { node, slots }) : fails("fix-abandons", { node, slots, keys });
  });
}

/** One line for each trouble: what it is, how many keys are where, and what becomes of it. */
export function fixLines({
  facts: { topology },
  treated,
}: Pick<FixLines, "facts" | "treated">): readonly PreflightLine[] {
  return treated.map(({ trouble, way }) => {
    const { kind, owner, other, nodes, ranges, keys } = trouble;
    const name = (id: NodeId | undefined) => (id === undefined ? "nobody" : nameOf(topology, id));
    const told = {
      what: kind,
      way,
      slots: countSlots(ranges),
      ranges: formatRanges(ranges),
      owner: name(owner),
      other: name(other ?? nodes.find((id) => id !== owner)),
      ownerKeys: keysIn(trouble, owner) ?? -1,
      otherKeys: keysIn(trouble, other) ?? -1,
      holders: keys.filter((one) => one.keys > 0).map((one) => `${name(one.nodeId)} (${one.keys})`),
      heirs: heirsOf(topology, trouble).map((id) => name(id as NodeId)),
    };
    const verdict = way === "leave" ? fails("fix-left", told) : passes("fix-found", told);
    return { ...verdict, kind: "note" as const };
  });
}

/** What stays open by choice: the proof does not ask for it then. */
export function fixLeavesOpen({ facts: { topology }, treated }: FixLines): readonly Verdict[] {
  const isOpen = new Set(["half-moved", "flag-alone", "flag-astray", "flag-on-replica"]);
  const left = treated.filter(({ trouble, way }) => way === "leave" && isOpen.has(trouble.kind));
  if (left.length === 0) return [];
  const nodes = [...new Set(left.flatMap(({ trouble }) => trouble.nodes))].map((id) => nameOf(topology, id));
  const ranges = left.flatMap(({ trouble }) => trouble.ranges);
  const count = left.reduce((sum, { trouble }) => sum + countSlots(trouble.ranges), 0);
  return [fails("other-slots-closed", { slot: Math.min(...ranges.map(([first]) => first)), count, nodes })];
}
