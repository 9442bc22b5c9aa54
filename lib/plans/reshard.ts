import type { NodeId } from "@/lib/cluster/node";
import {
  countSlots,
  formatRanges,
  intersectRanges,
  normalizeRanges,
  type SlotRanges,
  subtractRanges,
} from "@/lib/cluster/slots";
import type { TopologyNode } from "@/lib/cluster/topology";
import { reshardLines } from "./cli-lines";
import { type DraftInput, draftPlan, type PlanDraft } from "./draft";
import type { Facts } from "./facts";
import { isUp, memberOf, nodeName, owners } from "./members";
import { moveSteps } from "./moves";
import { deal, type Move } from "./pick";
import { fails } from "./preflight/line";
import { reshardTable } from "./preflight/reshard";
import { proportional } from "./shares";
import type { WishOf } from "./wish";
import { wrong } from "./wrong";

/**
 * Slots from several primaries to one. Either these very slots, or so many: then in proportion to what each source
 * owns, by largest remainder, so that what is asked for is what moves; more than there is, is refused. Where no source
 * is named, all others that answer give. `also` names further targets with slots of their own.
 */
export function planReshard(facts: Facts, wish: WishOf<"reshard">): PlanDraft {
  const target = primaryOf(facts, wish.target);
  const { moves, lines = [], slotsAsked } = choose(facts, wish, target);
  const { steps, nextPhase } = moveSteps(facts, moves, 0);
  return draftPlan({
    facts,
    wish,
    steps: [...steps, { kind: "prove", phase: nextPhase }],
    table: reshardTable,
    context: { involved: [...new Set([...moves.flatMap((move) => [move.source, move.target]), target.id])], moves },
    lines,
    slotsAsked,
    commands: reshardLines(facts, wish, moves),
  });
}

type Chosen = {
  readonly moves: readonly Move[];
  readonly slotsAsked: number;
  readonly lines?: NonNullable<DraftInput["lines"]>;
};

function choose(facts: Facts, wish: WishOf<"reshard">, target: TopologyNode): Chosen {
  const { ranges, also, slots, sources } = wish;
  if (!ranges && !also) return moveSome(facts, wish, target);
  if (!ranges || slots !== undefined || sources !== undefined) throw wrong("planRangesOrCount", {});
  const pairs = [{ target, ranges }, ...(also ?? []).map((one) => ({ ...one, target: primaryOf(facts, one.target) }))];
  const all = pairs.flatMap((pair) => normalizeRanges(pair.ranges));
  if (countSlots(normalizeRanges(all)) !== countSlots(all)) throw wrong("planSlotsTwice", {});
  const chosen = pairs.map((pair) => moveThese(facts, pair.ranges, pair.target));
  return {
    moves: chosen.flatMap((one) => one.moves),
    slotsAsked: chosen.reduce((sum, one) => sum + one.slotsAsked, 0),
    lines: chosen.flatMap((one) => one.lines ?? []),
  };
}

function primaryOf(facts: Facts, id: NodeId): TopologyNode {
  const node = memberOf(facts.topology, id);
  if (node.role !== "primary") throw wrong("planNotAPrimary", { node: nodeName(node) });
  return node;
}

function moveThese(facts: Facts, ranges: SlotRanges, target: TopologyNode): Chosen {
  const asked = normalizeRanges(ranges);
  if (asked.length === 0) throw wrong("planNoSlots", {});
  const unowned = intersectRanges(asked, facts.topology.uncovered);
  if (unowned.length > 0) throw wrong("planSlotsUnowned", { ranges: formatRanges(unowned) });
  const there = intersectRanges(asked, target.ranges);
  const rest = subtractRanges(asked, there);
  if (rest.length === 0) throw wrong("planAlreadyThere", { node: nodeName(target), ranges: formatRanges(asked) });
  const moves = owners(facts.topology)
    .map((source) => ({ source: source.id, target: target.id, ranges: intersectRanges(source.ranges, rest) }))
    .filter((move) => move.ranges.length > 0);
  const found = moves.reduce((sum, move) => sum + countSlots(move.ranges), 0);
  if (found !== countSlots(rest)) {
    const known = normalizeRanges(moves.flatMap((move) => move.ranges));
    throw wrong("planSlotsUnowned", { ranges: formatRanges(subtractRanges(rest, known)) });
  }
  const slots = countSlots(there);
  const told = { slots, ranges: formatRanges(there), node: nodeName(target) };
  const lines = slots > 0 ? [{ ...fails("already-there", told), kind: "note" as const }] : [];
  return { moves, slotsAsked: countSlots(asked), lines };
}

function moveSome(facts: Facts, wish: WishOf<"reshard">, target: TopologyNode): Chosen {
  const slots = wish.slots;
  if (slots === undefined) throw wrong("planNoSlots", {});
  const sources = sourcesOf(facts, wish, target);
  const sizes = sources.map((source) => countSlots(source.ranges));
  const there = sizes.reduce((a, b) => a + b, 0);
  if (slots > there) throw wrong("planTooManySlots", { asked: slots, there, sources: sources.map(nodeName) });
  const shares = proportional(slots, sizes);
  const gives = sources.map((source, i) => ({ id: source.id, ranges: source.ranges, count: shares[i] ?? 0 }));
  const moves = deal(gives, [{ id: target.id, ranges: target.ranges, count: slots }]);
  return { moves, slotsAsked: slots };
}

function sourcesOf(facts: Facts, wish: WishOf<"reshard">, target: TopologyNode): readonly TopologyNode[] {
  if (!wish.sources) return owners(facts.topology).filter((node) => node.id !== target.id && isUp(node));
  const named = [...new Set(wish.sources)].map((id) => primaryOf(facts, id));
  for (const node of named) {
    if (node.id === target.id) throw wrong("planSourceIsTarget", { node: nodeName(node) });
    if (node.ranges.length === 0) throw wrong("planSourceEmpty", { node: nodeName(node) });
  }
  return owners(facts.topology).filter((node) => named.some((n) => n.id === node.id));
}
