import type { Trouble } from "@/lib/cluster/diagnose";
import type { NodeId } from "@/lib/cluster/node";
import { countSlots, intersectRanges, type SlotRanges, subtractRanges, unionRanges } from "@/lib/cluster/slots";
import type { StepDraft } from "./draft";
import type { Facts } from "./facts";
import type { Treated } from "./fix-ways";
import { findMember, isUp, owners } from "./members";
import { moveSteps, weigh } from "./moves";
import { deal, type Move } from "./pick";
import { fillUp } from "./shares";
import type { StrayWay } from "./step";
import type { WishOf } from "./wish";

type Assignment = { readonly nodeId: NodeId; readonly ranges: SlotRanges; readonly yields: readonly NodeId[] };
type Gathering = Move & { readonly way: StrayWay };

/** What a repair does, in its order; the steps are made of it, and so is the picture of afterwards. */
export type Repair = {
  readonly assignments: readonly Assignment[];
  readonly onward: readonly Move[];
  readonly home: readonly Move[];
  readonly gatherings: readonly Gathering[];
  readonly steps: readonly StepDraft[];
};

export function repairOf(facts: Facts, wish: WishOf<"fix">, treated: readonly Treated[]): Repair {
  const by = (...ways: readonly Treated["way"][]) =>
    treated.filter(({ way }) => ways.includes(way)).map(({ trouble }) => trouble);
  const assignments = [...settled(facts, by("assign")), ...given(facts, wish, by("assign")), ...told(by("tell"))];
  const onward = by("finish", "there-and-back").flatMap(pairOf);
  const home = by("there-and-back").flatMap(pairOf).map(turned);
  const gatherings = gatheringsOf({ facts, wish, treated, assignments, moves: [...onward, ...home] });
  const steps: StepDraft[] = [];
  let phase = 0;
  for (const one of assignments) steps.push({ kind: "assign-slots", phase: phase++, ...one });
  const cleared = by("clear").map((trouble) => clearStep(facts, trouble));
  for (const step of cleared.filter((one) => one.through === undefined)) steps.push({ ...step, phase });
  const forward = moveSteps(facts, onward, phase + 1);
  steps.push(...forward.steps.map((step) => ({ ...step, halfMoved: true as const })));
  const back = moveSteps(facts, home, forward.nextPhase);
  steps.push(...back.steps);
  phase = back.nextPhase;
  for (const { source: from, target: to, ...rest } of gatherings) {
    const { keys } = weigh(facts, { source: from, target: to, ranges: rest.ranges });
    steps.push({ kind: "gather-keys", phase, from, to, ...rest, ...(keys === undefined ? {} : { keys }) });
  }
  // Its primary clears its own flags with the same word, so that slots that were open there have been closed before.
  for (const step of cleared.filter((one) => one.through !== undefined)) steps.push({ ...step, phase: phase + 1 });
  return { assignments, onward, home, gatherings, steps: [...steps, { kind: "prove", phase: phase + 2 }] };
}

const pairOf = ({ owner, other, ranges }: Trouble): readonly Move[] =>
  owner && other ? [{ source: owner, target: other, ranges }] : [];

const turned = ({ source, target, ranges }: Move): Move => ({ source: target, target: source, ranges });

/**
 * Several owners: the highest epoch keeps the slots, as the nodes would decide themselves; the others give up first.
 * The highest winner comes first: no step then raises a node that still disputes slots with a higher one (I1).
 */
function settled({ topology }: Facts, troubles: readonly Trouble[]): readonly Assignment[] {
  const epochOf = (id: NodeId) => findMember(topology, id)?.configEpoch ?? 0;
  const out = new Map<NodeId, Assignment>();
  for (const { kind, owner, nodes, ranges } of troubles) {
    if (kind !== "several" || owner === undefined) continue;
    const known = out.get(owner);
    const losers = nodes.filter((id) => id !== owner);
    const yields = [...new Set([...(known?.yields ?? []), ...losers])];
    out.set(owner, { nodeId: owner, ranges: unionRanges(known?.ranges ?? [], ranges), yields });
  }
  return [...out.values()].sort((a, b) => epochOf(b.nodeId) - epochOf(a.nodeId));
}

/** Slots of nobody, or of a dead owner that is given up: to whoever holds most of their keys, else spread evenly. */
function given(facts: Facts, wish: WishOf<"fix">, troubles: readonly Trouble[]): readonly Assignment[] {
  const out = new Map<NodeId, SlotRanges>();
  const give = (id: NodeId, ranges: SlotRanges) => out.set(id, unionRanges(out.get(id) ?? [], ranges));
  for (const trouble of troubles) {
    if (trouble.kind !== "nobody" && trouble.kind !== "owner-gone") continue;
    const [most] = trouble.keys;
    const heir = wish.owner ?? (most && most.keys > 0 ? most.nodeId : trouble.other);
    if (heir !== undefined) give(heir, trouble.ranges);
    else for (const { target, ranges } of spread(facts, trouble.ranges)) give(target, ranges);
  }
  return [...out].map(([nodeId, ranges]) => ({ nodeId, ranges, yields: [] }));
}

/** To those who have fewest, so that all end as even as they can. */
function spread({ topology }: Facts, ranges: SlotRanges): readonly Move[] {
  const takers = owners(topology).filter(isUp);
  const [anybody] = takers;
  if (!anybody) return [];
  const count = countSlots(ranges);
  const counts = fillUp(
    takers.map((node) => countSlots(node.ranges)),
    count,
  );
  const takes = takers.map((node, i) => ({ id: node.id, ranges: node.ranges, count: counts[i] ?? 0 }));
  return deal([{ id: anybody.id, ranges, count }], takes);
}

function told(troubles: readonly Trouble[]): readonly Assignment[] {
  const out = new Map<NodeId, SlotRanges>();
  for (const { owner, ranges } of troubles) if (owner) out.set(owner, unionRanges(out.get(owner) ?? [], ranges));
  return [...out].map(([nodeId, ranges]) => ({ nodeId, ranges, yields: [] }));
}

type Gather = {
  readonly facts: Facts;
  readonly wish: WishOf<"fix">;
  readonly treated: readonly Treated[];
  readonly assignments: readonly Assignment[];
  readonly moves: readonly Move[];
};

/** Every holder gives to whoever is the owner in the end. Losers of a dispute give what they held, be it counted or not. */
function gatheringsOf({ facts, wish, treated, assignments, moves }: Gather): readonly Gathering[] {
  const pairs = new Map<string, Gathering>();
  const add = (from: NodeId, to: NodeId, ranges: SlotRanges, way: StrayWay) => {
    if (from === to || ranges.length === 0) return;
    const key = `${from} ${to} ${way}`;
    const known = pairs.get(key)?.ranges ?? [];
    pairs.set(key, { source: from, target: to, way, ranges: unionRanges(known, ranges) });
  };
  for (const { nodeId, ranges, yields } of assignments) for (const id of yields) add(id, nodeId, ranges, "move");
  for (const { trouble, way } of treated) {
    if (way === "gather" && trouble.owner && trouble.other) {
      const stray = trouble.kind === "strayed" && wish.strays !== "leave" ? wish.strays : "move";
      let rest = trouble.ranges;
      for (const { target, ranges } of [...moves].reverse()) {
        add(trouble.other, target, intersectRanges(rest, ranges), stray);
        rest = subtractRanges(rest, ranges);
      }
      add(trouble.other, trouble.owner, rest, stray);
    }
    if (way === "assign")
      for (const { nodeId, ranges } of assignments)
        for (const { nodeId: holder, keys } of trouble.keys) {
          const isUsable = keys > 0 && findMember(facts.topology, holder)?.role === "primary";
          if (isUsable) add(holder, nodeId, intersectRanges(ranges, trouble.ranges), "move");
        }
  }
  return [...pairs.values()];
}

type ClearDraft = Extract<StepDraft, { kind: "clear-flags" }>;

/** The owner's flag goes first, so that nobody is sent to a side that does not import any more. */
function clearStep({ topology }: Facts, trouble: Trouble): ClearDraft {
  const { kind, owner, other, nodes, ranges } = trouble;
  const base = { kind: "clear-flags", phase: 0, ranges } as const;
  if (kind === "flag-on-replica" && owner) return { ...base, flagged: nodes, empty: [], through: owner };
  const answers = (id: NodeId) => topology.nodes.some((node) => node.id === id && isUp(node));
  const flagged = [...nodes].filter(answers).sort((a, b) => Number(a !== owner) - Number(b !== owner));
  const empty = [...new Set([other, ...nodes])].filter((id) => id !== undefined && id !== owner && answers(id));
  return { ...base, flagged, empty: empty as NodeId[] };
}
