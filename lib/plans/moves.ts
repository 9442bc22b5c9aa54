import type { NodeId } from "@/lib/cluster/node";
import { countSlots, eachSlot, normalizeRanges } from "@/lib/cluster/slots";
import type { Facts } from "./facts";
import type { Move } from "./pick";
import type { StepOf } from "./step";
import { cutLoads, type Load } from "./tasks";

/** What is known of the keys of a move at plan time; absent when a slot of it was not counted. */
export function weigh({ slotKeys, sizes }: Pick<Facts, "slotKeys" | "sizes">, move: Move): Weight {
  const counts = slotKeys[move.source];
  if (!counts) return {};
  let keys = 0;
  for (const slot of eachSlot(move.ranges)) {
    const count = counts[slot] ?? -1;
    if (count < 0) return {};
    keys += count;
  }
  if (keys === 0) return { keys, bytes: 0 };
  const size = sizes[move.source];
  return size ? { keys, bytes: Math.round(keys * size.bytesPerKey) } : { keys };
}

export type Weight = { readonly keys?: number; readonly bytes?: number };

/** The tasks of an atomic move, as near as it can be known before it is weighed again. */
export function loadsOf({ slotKeys, sizes }: Pick<Facts, "slotKeys" | "sizes">, move: Move): readonly Load[] {
  const bytesPerKey = sizes[move.source]?.bytesPerKey ?? 0;
  return cutLoads(
    [...eachSlot(move.ranges)].map((slot) => {
      const keys = Math.max(0, slotKeys[move.source]?.[slot] ?? 0);
      return { slot, keys, bytes: Math.round(keys * bytesPerKey) };
    }),
  );
}

/** One move a pair, in the order in which pairs first come up. */
export function mergeMoves(moves: readonly Move[]): readonly Move[] {
  const pairs = new Map<string, Move>();
  for (const move of moves) {
    const pair = `${move.source} ${move.target}`;
    const known = pairs.get(pair);
    pairs.set(pair, { ...move, ranges: normalizeRanges([...(known?.ranges ?? []), ...move.ranges]) });
  }
  return [...pairs.values()].filter((move) => move.ranges.length > 0);
}

/**
 * I20: in one phase a node only gives or only receives. Moves of one phase run side by side. Each move goes into the
 * earliest phase, from `firstPhase` on, in which neither of its nodes has the other role.
 */
export function phasesOf(moves: readonly Move[]): readonly number[] {
  const givers: Set<NodeId>[] = [];
  const takers: Set<NodeId>[] = [];
  return moves.map(({ source, target }) => {
    let phase = 0;
    while (takers[phase]?.has(source) || givers[phase]?.has(target)) phase++;
    givers[phase] = (givers[phase] ?? new Set()).add(source);
    takers[phase] = (takers[phase] ?? new Set()).add(target);
    return phase;
  });
}

export type MoveSteps = { readonly steps: readonly Omit<StepOf<"move-slots">, "id">[]; readonly nextPhase: number };

export function moveSteps(
  facts: Pick<Facts, "slotKeys" | "sizes">,
  all: readonly Move[],
  firstPhase: number,
): MoveSteps {
  const moves = mergeMoves(all);
  const phases = phasesOf(moves);
  const steps = moves.map((move, i) => ({
    kind: "move-slots" as const,
    phase: firstPhase + (phases[i] ?? 0),
    source: move.source,
    target: move.target,
    ranges: move.ranges,
    slots: countSlots(move.ranges),
    ...weigh(facts, move),
  }));
  steps.sort((a, b) => a.phase - b.phase);
  return { steps, nextPhase: firstPhase + (moves.length === 0 ? 0 : Math.max(...phases) + 1) };
}
