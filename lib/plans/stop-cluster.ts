import { plans } from "@/lib/words/en/plans";
import { hostAndPortFlags, ownLine, remark } from "./cli-lines";
import { draftPlan, type PlanDraft, type StepDraft } from "./draft";
import type { Facts } from "./facts";
import { nodeName } from "./members";
import { stopClusterTable } from "./preflight/whole-cluster";
import type { WishOf } from "./wish";
import { wrong } from "./wrong";

/** Replicas, then primaries: so no replica finds its primary gone and begins an election. */
export function planStopCluster(facts: Facts, wish: WishOf<"stop-cluster">): PlanDraft {
  const { how } = wish;
  const running = facts.topology.nodes.filter((node) => facts.managed[node.id]?.running);
  if (running.length === 0) throw wrong("planNothingRuns", { cluster: facts.cluster.name });
  const waves = [
    running.filter((node) => node.role === "replica"),
    running.filter((node) => node.role === "primary"),
  ].filter((wave) => wave.length > 0);
  const steps = waves.flatMap((wave, phase) =>
    wave.flatMap(({ id: nodeId }): readonly StepDraft[] => {
      const process = facts.managed[nodeId];
      if (!process) return [];
      const told = { managedId: process.managedId, nodeId, member: true as const };
      return [{ kind: "stop-node", phase, ...told, ...(how === "configured" ? {} : { how }) }];
    }),
  );
  const isPlay = facts.cluster.environment === "sandbox";
  const mustType = how === "kill" ? plans.confirm.kill() : isPlay ? undefined : plans.confirm.stopAll();
  return draftPlan({
    facts,
    wish,
    steps: [...steps, { kind: "prove", phase: waves.length }],
    table: stopClusterTable(how),
    context: { involved: running.map((node) => node.id), stopped: running.map((node) => node.id) },
    commands: {
      own: [ownLine(facts, "stop-cluster", ...(how === "configured" ? [] : [`--how ${how}`]))],
      redisCli: [
        ...waves.flat().map((node) => `redis-cli ${hostAndPortFlags(nodeName(node))} ${byHand[how]}`),
        remark(plans.redisCliDiffers.processes),
      ],
    },
    ...(mustType === undefined ? {} : { mustType }),
  });
}

const byHand: Readonly<Record<WishOf<"stop-cluster">["how"], string>> = {
  configured: "SHUTDOWN",
  save: "SHUTDOWN SAVE",
  kill: "SHUTDOWN NOSAVE",
};
