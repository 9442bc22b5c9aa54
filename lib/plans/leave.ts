import type { NodeId } from "@/lib/cluster/node";
import type { TopologyNode } from "@/lib/cluster/topology";
import type { StepDraft } from "./draft";
import type { Facts } from "./facts";
import { isUp } from "./members";

/** FORGET bans a name for 60 s; ten more show that it stays away. */
export const WATCH_MS = 70_000;

export type Leave = {
  readonly facts: Facts;
  readonly replicas: readonly TopologyNode[];
  readonly primaries: readonly TopologyNode[];
  readonly afterwards: "reset" | "stop";
  readonly firstPhase: number;
};

/**
 * The way out, for nodes that own nothing any more. Replicas first: a primary that is followed cannot be forgotten by
 * its follower. A node is reset even when it is stopped then, else its process would walk back in at its next start. A
 * dead node can only be forgotten. All are watched together at the end.
 */
export function leaveSteps({ facts, replicas, primaries, afterwards, firstPhase }: Leave): readonly StepDraft[] {
  const waves = [replicas, primaries].filter((wave) => wave.length > 0);
  const steps: StepDraft[] = waves.flatMap((wave, i) => wayOut(wave, firstPhase + 2 * i));
  let phase = firstPhase + 2 * waves.length;
  const all = [...replicas, ...primaries];
  const stops = afterwards === "stop" ? all.filter(isUp).flatMap((node) => stopStep(facts, node.id, phase)) : [];
  if (stops.length > 0) phase++;
  return [
    ...steps,
    ...stops,
    ...all.map((node) => ({ kind: "watch-gone" as const, phase, nodeId: node.id, forMs: WATCH_MS })),
    { kind: "prove", phase: phase + 1 },
  ];
}

function wayOut(nodes: readonly TopologyNode[], phase: number): readonly StepDraft[] {
  return [
    ...nodes.map((node) => ({ kind: "forget" as const, phase, nodeId: node.id })),
    ...nodes.filter(isUp).map((node) => ({
      kind: "reset" as const,
      phase: phase + 1,
      nodeId: node.id,
      dial: node.dial,
      mode: "soft" as const,
    })),
  ];
}

function stopStep(facts: Facts, nodeId: NodeId, phase: number): readonly StepDraft[] {
  const process = facts.managed[nodeId];
  return process ? [{ kind: "stop-node", phase, managedId: process.managedId, nodeId }] : [];
}
