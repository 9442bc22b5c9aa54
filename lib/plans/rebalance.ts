import { countSlots } from "@/lib/cluster/slots";
import type { TopologyNode } from "@/lib/cluster/topology";
import { plans } from "@/lib/words/en/plans";
import { type CliLines, entry, ownLine, ownPace, remark } from "./cli-lines";
import { draftPlan, type PlanDraft } from "./draft";
import type { Facts } from "./facts";
import { balanced } from "./givers";
import { expected, isOut, level } from "./level";
import { levelLoads, loadOf } from "./level-load";
import { loadsOf } from "./loads";
import { nameOf, nodeName } from "./members";
import { moveSteps } from "./moves";
import { deal, type Move } from "./pick";
import type { Balance } from "./plan";
import { rebalanceTable } from "./preflight/rebalance";
import { weightsOf } from "./weights";
import type { WishOf } from "./wish";
import { wrong } from "./wrong";

/**
 * Primaries end with what their weights give them, of slots or of load. The threshold only decides whether there is
 * anything to do: it is measured against what is expected, so that 0 is exact, and when one primary is out of it all
 * are levelled. By slots the result is exact and moves the fewest slots that can be; by load see level-load.ts.
 */
export function planRebalance(facts: Facts, wish: WishOf<"rebalance">): PlanDraft {
  const taking = balanced(facts.topology, wish);
  const weights = weightsOf(facts, wish, taking);
  if (taking.length < 2) throw wrong("planOneToBalance", { nodes: taking.map(nodeName) });
  const { balance, moves } =
    wish.by === "slots" ? bySlots({ wish, taking, weights }) : byLoad(facts, { wish, taking, weights });
  const isOver = balance.nodes.some((node) => isOut(node.before, node.expected, wish.threshold));
  if (!isOver || moves.length === 0)
    throw wrong("planBalanced", { by: wish.by, threshold: wish.threshold, nodes: taking.length });
  const { steps, nextPhase } = moveSteps(facts, moves, 0);
  return draftPlan({
    facts,
    wish,
    steps: [...steps, { kind: "prove", phase: nextPhase }],
    table: rebalanceTable(balance),
    context: { involved: [...new Set(moves.flatMap((move) => [move.source, move.target]))], moves },
    balance,
    commands: rebalanceLines(facts, wish),
  });
}

type Task = {
  readonly wish: WishOf<"rebalance">;
  readonly taking: readonly TopologyNode[];
  readonly weights: readonly number[];
};
type Levelled = { readonly balance: Balance; readonly moves: readonly Move[] };

function bySlots({ wish, taking, weights }: Task): Levelled {
  const counts = taking.map((node) => countSlots(node.ranges));
  const wants = level(counts, weights);
  const exact = expected(
    counts.reduce((a, b) => a + b, 0),
    weights,
  );
  const over = (i: number) => (counts[i] ?? 0) - (wants[i] ?? 0);
  const side = (sign: 1 | -1) =>
    taking.flatMap(({ id, ranges }, i) => (over(i) * sign > 0 ? [{ id, ranges, count: over(i) * sign }] : []));
  const nodes = taking.map(({ id }, i) => ({
    nodeId: id,
    weight: weights[i] ?? 0,
    before: counts[i] ?? 0,
    expected: exact[i] ?? 0,
    after: wants[i] ?? 0,
  }));
  return {
    balance: { by: "slots", threshold: wish.threshold, estimated: false, nodes },
    moves: deal(side(1), side(-1)),
  };
}

function byLoad(facts: Facts, { wish, taking, weights }: Task): Levelled {
  const by = wish.by === "slots" ? "keys" : wish.by;
  const { bySlot, estimated, overMs } = loadsOf(facts, by, taking);
  const before = taking.map(({ ranges }, i) => loadOf({ ranges, loads: bySlot[i] ?? [] }));
  const total = before.reduce((a, b) => a + b, 0);
  if (total === 0) throw wrong("planNoLoad", { by });
  const wants = expected(total, weights);
  const moves = levelLoads(
    taking.map(({ id, ranges }, i) => ({ id, ranges, loads: bySlot[i] ?? [], wants: wants[i] ?? 0 })),
  );
  const carried = (move: Move) =>
    loadOf({ ranges: move.ranges, loads: bySlot[taking.findIndex(({ id }) => id === move.source)] ?? [] });
  const nodes = taking.map(({ id }, i) => ({
    nodeId: id,
    weight: weights[i] ?? 0,
    before: before[i] ?? 0,
    expected: wants[i] ?? 0,
    after: moves.reduce(
      (sum, move) => sum + (move.target === id ? carried(move) : move.source === id ? -carried(move) : 0),
      before[i] ?? 0,
    ),
  }));
  const balance = { by, threshold: wish.threshold, estimated, nodes };
  return { balance: overMs === undefined ? balance : { ...balance, overMs }, moves };
}

function rebalanceLines(facts: Facts, wish: WishOf<"rebalance">): CliLines {
  const { weights = [], by, threshold, useEmpty, simulate } = wish;
  const own = [
    ...(by === "slots" ? [] : [`--by ${by}`]),
    ...weights.map(({ nodeId, weight }) => `--weight ${nameOf(facts.topology, nodeId)}=${weight}`),
    `--threshold ${threshold}`,
    ...(useEmpty ? ["--use-empty"] : []),
    ...ownPace(wish),
    ...(simulate ? ["--dry-run"] : []),
  ];
  const redisCli = [
    "redis-cli --cluster rebalance",
    entry(facts),
    ...(weights.length > 0
      ? [`--cluster-weight ${weights.map(({ nodeId, weight }) => `${nodeId}=${weight}`).join(" ")}`]
      : []),
    `--cluster-threshold ${threshold}`,
    ...(useEmpty ? ["--cluster-use-empty-masters"] : []),
    ...(simulate ? ["--cluster-simulate"] : []),
  ];
  const differs = plans.redisCliDiffers;
  return {
    own: [ownLine(facts, "rebalance", ...own)],
    redisCli: [
      redisCli.join(" "),
      ...(by === "slots" ? [] : [remark(differs.bySlotsOnly)]),
      ...(threshold === 0 ? [remark(differs.thresholdZero)] : []),
      remark(differs.ranges),
    ],
  };
}
