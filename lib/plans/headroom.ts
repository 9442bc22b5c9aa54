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

export type Arrival = { readonly nodeId: NodeId; readonly bytes?: number | undefined };

type Known = {
  readonly facts: Facts;
  readonly joining: readonly CandidateFacts[];
  readonly moves: readonly Move[];
  readonly arriving: readonly Arrival[];
};

/** Memory of every node that gives or receives, in the order of the moves: what it holds, and what it will hold. */
export function headroomOf(known: Known): readonly Headroom[] {
  const { facts, joining, moves, arriving } = known;
  const ids = new Set([...moves.flatMap((move) => [move.source, move.target]), ...arriving.map((one) => one.nodeId)]);
  return [...ids].map((nodeId) => {
    const { usedBytes, maxBytes, maxPolicy } =
      facts.nodes[nodeId] ??
      joining.find((candidate) => candidate.id === nodeId) ??
      findMember(facts.topology, nodeId)?.stats ??
      {};
    const change = changeOf(nodeId, known);
    return {
      nodeId,
      receives: moves.some((move) => move.target === nodeId) || arriving.some((one) => one.nodeId === nodeId),
      ...(usedBytes === undefined ? {} : { usedBytes }),
      ...(usedBytes === undefined || change === undefined ? {} : { afterBytes: Math.max(0, usedBytes + change) }),
      ...(maxBytes === undefined ? {} : { maxBytes }),
      maxPolicy: maxPolicy ?? "",
    };
  });
}

function changeOf(nodeId: NodeId, { facts, moves, arriving }: Known): number | undefined {
  let change = 0;
  for (const one of arriving) {
    if (one.nodeId !== nodeId) continue;
    if (one.bytes === undefined) return undefined;
    change += one.bytes;
  }
  for (const move of moves) {
    if (move.source !== nodeId && move.target !== nodeId) continue;
    const { bytes } = weigh(facts, move);
    if (bytes === undefined) return undefined;
    change += move.target === nodeId ? bytes : -bytes;
  }
  return change;
}
