import { ownLine, quoted } from "./cli-lines";
import { draftPlan, type PlanDraft } from "./draft";
import type { Facts } from "./facts";
import { nodeName } from "./members";
import { rollingUpgradeTable } from "./preflight/rolling-change";
import { roll } from "./rolling";
import { rolledByHand, shapeRolled } from "./rolling-restart";
import type { WishOf } from "./wish";
import { wrong } from "./wrong";

/**
 * Another engine, put in while each node is away. Replicas first, so that data only ever goes from the older engine to
 * the newer: that is the one direction in which it can be read.
 */
export function planRollingUpgrade(facts: Facts, wish: WishOf<"rolling-upgrade">): PlanDraft {
  const { nodeIds, handBack } = wish;
  const { engine } = facts;
  if (!engine) throw wrong("planEngineUnknown", { path: wish.engine, known: facts.engines ?? [] });
  const members = facts.topology.nodes.filter((node) => nodeIds?.includes(node.id) ?? !node.handshake);
  const others = members.filter((node) => {
    const process = facts.managed[node.id];
    return !process || process.engine.path !== engine.path || node.stats?.version !== engine.version;
  });
  if (others.length === 0) throw wrong("planEngineThere", { path: engine.path, version: engine.version });
  const rolled = roll({ facts, nodeIds: others.map((node) => node.id), handBack });
  const to = { kind: engine.kind, path: engine.path, version: engine.version };
  const steps = rolled.steps.map((step) => {
    const from = step.kind === "restart-node" ? facts.managed[step.nodeId]?.engine : undefined;
    if (!from) return step;
    return { ...step, engine: { from: { kind: from.kind, path: from.path, version: from.version }, to } };
  });
  return draftPlan({
    facts,
    wish,
    steps: [...steps, { kind: "prove", phase: steps.length }],
    table: rollingUpgradeTable(rolled, engine),
    context: { involved: rolled.involved },
    after: shapeRolled(facts, rolled, handBack),
    commands: {
      own: [
        ownLine(
          facts,
          "rolling-upgrade",
          quoted(wish.engine),
          ...(nodeIds ? others.map((node) => `--node ${nodeName(node)}`) : []),
          ...(handBack ? ["--hand-back"] : []),
        ),
      ],
      redisCli: rolledByHand(facts, rolled),
    },
  });
}
