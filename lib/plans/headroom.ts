import type { NodeId } from "@/lib/cluster/node";
import type { CandidateFacts, Facts } from "./facts";
import { findMember } from "./members";
import { weigh } from "./moves";
import type { Move } from "./pick";

export type Headroom = {
  readonly nodeId: NodeId;
  readonly receives: boolean;
  /** Absent: not known. */
  readonly usedBytes?: number;
  readonly afterBytes?: number;
  /** 0: no limit; absent: not known. */
  readonly maxBytes?: number;
  readonly maxPolicy: string;
};

type Known = { readonly facts: Facts; readonly joining: readonly CandidateFacts[]; readonly moves: readonly Move[] };

/** Memory of every node that gives or receives, in the order of the moves: what it holds, and what it will hold. */
export function headroomOf({ facts, joining, moves }: Known): readonly Headroom[] {
  const ids = new Set(moves.flatMap((move) => [move.source, move.target]));
  return [...ids].map((nodeId) => {
    const { usedBytes, maxBytes, maxPolicy } =
      facts.nodes[nodeId] ??
      joining.find((candidate) => candidate.id === nodeId) ??
      findMember(facts.topology, nodeId)?.stats ??
      {};
    const change = changeOf(nodeId, facts, moves);
    return {
      nodeId,
      receives: moves.some((move) => move.target === nodeId),
      ...(usedBytes === undefined ? {} : { usedBytes }),
      ...(usedBytes === undefined || change === undefined ? {} : { afterBytes: Math.max(0, usedBytes + change) }),
      ...(maxBytes === undefined ? {} : { maxBytes }),
      maxPolicy: maxPolicy ?? "",
    };
  });
}

function changeOf(nodeId: NodeId, facts: Facts, moves: readonly Move[]): number | undefined {
  let change = 0;
  for (const move of moves) {
    if (move.source !== nodeId && move.target !== nodeId) continue;
    const { bytes } = weigh(facts, move);
    if (bytes === undefined) return undefined;
    change += move.target === nodeId ? bytes : -bytes;
  }
  return change;
}
