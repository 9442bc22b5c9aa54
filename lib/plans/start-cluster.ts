import { formatEndpoint, type NodeId } from "@/lib/cluster/node";
import { plans } from "@/lib/words/en/plans";
import { ownCommand, remark } from "./cli-lines";
import { draftPlan, type PlanDraft, type StepDraft } from "./draft";
import type { Facts, ProcessFacts } from "./facts";
import { startClusterTable } from "./preflight/whole-cluster";
import type { WishOf } from "./wish";
import { wrong } from "./wrong";

type Known = ProcessFacts & { readonly nodeId: NodeId };

/**
 * Primaries, then replicas, then until all of them serve. Nobody may answer when this is planned, so the order comes
 * from what each node wrote into its own nodes.conf last.
 */
export function planStartCluster(facts: Facts, wish: WishOf<"start-cluster">): PlanDraft {
  const all: readonly Known[] = Object.entries(facts.managed).flatMap(([id, process]) =>
    process ? [{ ...process, nodeId: id as NodeId }] : [],
  );
  const stopped = all.filter((process) => !process.running);
  if (stopped.length === 0) throw wrong("planNothingStopped", { cluster: facts.cluster.name, nodes: all.length });
  const waves = [
    stopped.filter((process) => process.role !== "replica"),
    stopped.filter((process) => process.role === "replica"),
  ].filter((wave) => wave.length > 0);
  const steps = waves.flatMap((wave, phase) =>
    wave.map(
      ({ managedId, endpoint, nodeId }): StepDraft => ({ kind: "start-node", phase, managedId, endpoint, nodeId }),
    ),
  );
  const [first] = stopped;
  return draftPlan({
    facts,
    wish,
    steps: [
      ...steps,
      { kind: "await-joined", phase: waves.length, nodeIds: all.map((process) => process.nodeId), serving: true },
      { kind: "prove", phase: waves.length + 1 },
    ],
    table: startClusterTable(stopped),
    context: { involved: [] },
    commands: {
      own: [ownCommand("start-cluster", first ? formatEndpoint(first.endpoint) : "<any member>")],
      redisCli: [remark(plans.redisCliDiffers.processes)],
    },
  });
}
