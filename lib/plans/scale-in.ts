import type { NodeId } from "@/lib/cluster/node";
import type { TopologyNode } from "@/lib/cluster/topology";
import { plans } from "@/lib/words/en/plans";
import { type CliLines, entry, ownLine, ownPace, redisCliReshard, remark } from "./cli-lines";
import { draftPlan, type PlanDraft } from "./draft";
import { drain, stayingOf } from "./drain";
import type { Facts } from "./facts";
import { rehome } from "./homes";
import { leaveSteps } from "./leave";
import { isUp, memberOf, nodeName, replicasOf } from "./members";
import { moveSteps } from "./moves";
import type { Move } from "./pick";
import { removeNodeTable } from "./preflight/remove-node";
import { involvedIn } from "./remove-node";
import type { WishOf } from "./wish";
import { wrong } from "./wrong";

/**
 * Whole shards leave at once: all are drained side by side over those who stay (none of the leaving receives), their
 * replicas leave too or follow others, then every member forgets them.
 */
export function planScaleIn(facts: Facts, wish: WishOf<"scale-in">): PlanDraft {
  const { topology } = facts;
  const leaving = leavingOf(facts, wish.primaryIds);
  const staying = stayingOf(facts, leaving);
  if (staying.length === 0) throw wrong("planNobodyLeft", {});
  const replicas = leaving.flatMap((node) => replicasOf(topology, node.id));
  const gone = wish.replicas === "remove" ? replicas : [];
  const ids = leaving.map((node) => node.id);
  const follows = wish.replicas === "keep" ? rehome(topology, replicas, ids) : [];
  const moves = drain(leaving.filter(isUp), staying);
  const moved = moveSteps(facts, moves, 0);
  const all = [...ids, ...gone.map((node) => node.id)];
  const isStuck = leaving.some((node) => !isUp(node) && node.ranges.length > 0);
  const steps = [
    ...moved.steps,
    ...follows.map((pair) => ({ kind: "replicate" as const, phase: moved.nextPhase, ...pair })),
    ...leaveSteps({
      facts,
      replicas: gone,
      primaries: leaving,
      afterwards: wish.afterwards,
      firstPhase: moved.nextPhase + (follows.length > 0 ? 1 : 0),
    }),
  ];
  const up = [...leaving, ...gone].filter(isUp).map((node) => node.id);
  return draftPlan({
    facts,
    wish,
    steps: isStuck ? [] : steps,
    table: removeNodeTable,
    context: {
      involved: involvedIn([...up, ...moves.map((move) => move.target)], follows),
      moves,
      leaving: all,
      reparented: follows,
      stopped: wish.afterwards === "stop" ? up : [],
    },
    commands: scaleInLines(facts, wish, { leaving, gone, moves }),
  });
}

type Leaving = {
  readonly leaving: readonly TopologyNode[];
  readonly gone: readonly TopologyNode[];
  readonly moves: readonly Move[];
};

function scaleInLines(facts: Facts, wish: WishOf<"scale-in">, { leaving, gone, moves }: Leaving): CliLines {
  const all = [...gone, ...leaving];
  const primaries = leaving.map(nodeName);
  const door = entry(
    facts,
    all.map((node) => node.id),
  );
  return {
    own: [
      ownLine(
        facts,
        "scale-in",
        ...primaries,
        `--replicas ${wish.replicas}`,
        `--afterwards ${wish.afterwards}`,
        ...ownPace(wish),
      ),
    ],
    redisCli: [
      ...redisCliReshard(facts, moves),
      ...all.map((node) => `redis-cli --cluster del-node ${door} ${node.id}`),
      remark(plans.redisCliDiffers.drain),
    ],
  };
}

function leavingOf(facts: Facts, ids: readonly NodeId[]) {
  return [...new Set(ids)].map((id) => {
    const node = memberOf(facts.topology, id);
    if (node.role !== "primary") throw wrong("planNotAPrimary", { node: nodeName(node) });
    return node;
  });
}
