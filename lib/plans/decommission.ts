import { plans } from "@/lib/words/en/plans";
import { ownLine, remark } from "./cli-lines";
import { draftPlan, type PlanDraft, type StepDraft } from "./draft";
import type { Facts } from "./facts";
import { decommissionTable } from "./preflight/decommission";
import type { WishOf } from "./wish";

/**
 * The end of a cluster: its processes stop in the safe order, which is proved; then the folders of managed nodes are
 * deleted where that was asked for, and this console forgets how it was reached. Nothing of it can be taken back.
 */
export function planDecommission(facts: Facts, wish: WishOf<"decommission">): PlanDraft {
  const { nodes } = facts.topology;
  const mine = nodes.flatMap((node) => {
    const process = facts.managed[node.id];
    return process ? [{ node, process }] : [];
  });
  const running = mine.filter(({ process }) => process.running);
  const waves = (["replica", "primary"] as const)
    .map((role) => running.filter(({ node }) => node.role === role))
    .filter((wave) => wave.length > 0);
  const stops = waves.flatMap((wave, phase) =>
    wave.map(
      ({ node, process }): StepDraft => ({
        kind: "stop-node",
        phase,
        managedId: process.managedId,
        nodeId: node.id,
        member: true,
      }),
    ),
  );
  const proved = waves.length;
  const drops = wish.deleteFolders
    ? mine.map(
        ({ node, process }): StepDraft => ({
          kind: "drop-node",
          phase: proved + 1,
          managedId: process.managedId,
          nodeId: node.id,
        }),
      )
    : [];
  return draftPlan({
    facts,
    wish,
    steps: [...stops, { kind: "prove", phase: proved }, ...drops, { kind: "forget-cluster", phase: proved + 2 }],
    table: decommissionTable(wish),
    context: { involved: running.map(({ node }) => node.id), stopped: running.map(({ node }) => node.id) },
    commands: {
      own: [ownLine(facts, "decommission", ...(wish.deleteFolders ? ["--delete-folders"] : []))],
      redisCli: [remark(plans.redisCliDiffers.processes)],
    },
    mustType: wish.deleteFolders ? plans.confirm.deleteAll({ nodes: mine.length }) : plans.confirm.decommission(),
  });
}
