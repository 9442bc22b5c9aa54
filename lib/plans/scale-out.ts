import type { NodeId } from "@/lib/cluster/node";
import { plans } from "@/lib/words/en/plans";
import { doorOf, joinSteps, redisCliAdd } from "./add-node";
import { refuseTwins } from "./candidates";
import { ownLine, ownPace, remark, reshardLine } from "./cli-lines";
import { draftPlan, type PlanDraft } from "./draft";
import { balance } from "./drain";
import type { CandidateFacts, Facts } from "./facts";
import { isUp, owners } from "./members";
import { mergeMoves, moveSteps } from "./moves";
import type { Move } from "./pick";
import { scaleOutTable } from "./preflight/scale-out";
import type { WishOf } from "./wish";

/**
 * New shards: join, wait until they serve, replicas, and only then slots, until all primaries own the same number. The
 * facts hold the candidates in the order of the wish: each primary, then its replicas.
 */
export function planScaleOut(facts: Facts, wish: WishOf<"scale-out">): PlanDraft {
  const { topology, candidates } = facts;
  refuseTwins(candidates);
  const shards = shardsOf(candidates, wish);
  const known = candidates.flatMap((c) => (c.id === undefined ? [] : [{ ...c, id: c.id }]));
  const door = doorOf(facts);
  const isWhole = known.length === candidates.length;
  const newPrimaries = isWhole ? shards.flatMap(({ primary }) => primary.id ?? []) : [];
  const moves = isWhole
    ? balance([...owners(topology).filter(isUp), ...newPrimaries.map((id) => ({ id, ranges: [] }))])
    : [];
  const follows = shards.flatMap(({ primary, replicas }) =>
    replicas.flatMap(({ id }) => (id && primary.id ? [{ nodeId: id, primaryId: primary.id }] : [])),
  );
  const firstMove = follows.length > 0 ? 3 : 2;
  const moved = moveSteps(facts, moves, firstMove);
  const members = [...new Set(moves.flatMap((move) => [move.source, move.target]))].filter(
    (id) => !newPrimaries.includes(id),
  );
  return draftPlan({
    facts,
    wish,
    steps: isWhole
      ? [
          ...joinSteps(topology, known, door),
          ...follows.map((pair) => ({ kind: "replicate" as const, phase: 2, ...pair })),
          ...moved.steps,
          { kind: "prove", phase: moved.nextPhase },
        ]
      : [],
    table: scaleOutTable,
    context: {
      involved: [...new Set([door.id, ...members])],
      moves,
      joining: candidates,
      reparented: follows,
      newGuards: Object.fromEntries(
        shards.flatMap(({ primary, replicas }) => (primary.id ? [[primary.id, replicas.length]] : [])),
      ),
    },
    newPrimaries,
    commands: {
      own: ownLines(facts, wish, shards),
      redisCli: redisCliLines(facts, shards, moves),
    },
  });
}

type NewShard = { readonly primary: CandidateFacts; readonly replicas: readonly CandidateFacts[] };

function shardsOf(candidates: readonly CandidateFacts[], { shards }: WishOf<"scale-out">): readonly NewShard[] {
  let at = 0;
  return shards.flatMap(({ replicas }) => {
    const [primary, ...rest] = candidates.slice(at, at + 1 + replicas.length);
    at += 1 + replicas.length;
    return primary ? [{ primary, replicas: rest }] : [];
  });
}

/** A shard is one word: its primary, and behind plus signs its replicas. */
function ownLines(facts: Facts, wish: WishOf<"scale-out">, shards: readonly NewShard[]): readonly string[] {
  const words = shards.map(({ primary, replicas }) => [primary, ...replicas].map(({ name }) => name).join("+"));
  return [ownLine(facts, "scale-out", ...words, ...ownPace(wish))];
}

function redisCliLines(facts: Facts, shards: readonly NewShard[], moves: readonly Move[]): readonly string[] {
  const merged = mergeMoves(moves);
  const targets = [...new Set(merged.map((move) => move.target))];
  const slotsTo = (target: NodeId) =>
    merged
      .filter((move) => move.target === target)
      .reduce((sum, move) => sum + move.ranges.reduce((n, [first, last]) => n + last - first + 1, 0), 0);
  return [
    ...shards.flatMap(({ primary, replicas }) => [
      redisCliAdd(facts, primary),
      ...replicas.map((replica) => redisCliAdd(facts, replica, primary.id)),
    ]),
    ...targets.map((target) =>
      reshardLine(
        facts,
        merged.filter((move) => move.target === target).map((move) => move.source),
        target,
        slotsTo(target),
      ),
    ),
    remark(plans.redisCliDiffers.serve),
    remark(plans.redisCliDiffers.ranges),
  ];
}
