import type { NodeId } from "@/lib/cluster/node";
import { SLOT_COUNT, type SlotRange } from "@/lib/cluster/slots";
import { candidateOf, refuseTwins } from "./candidates";
import { ownCommand } from "./cli-lines";
import { draftPlan, type PlanDraft, type StepDraft } from "./draft";
import type { CandidateFacts, Facts } from "./facts";
import type { PreflightLine } from "./plan";
import { hostSpread } from "./preflight/cluster-rows";
import { createTable } from "./preflight/create";
import { fails, note, passes } from "./preflight/line";
import { assignReplicas, interleaveHosts, type Placed } from "./spread";
import type { Candidate } from "./step";
import type { WishOf } from "./wish";

/**
 * As redis-cli --cluster create, but for the pairing: ⌊n / (replicas + 1)⌋ primaries taken from the hosts in turn, left
 * over nodes become replicas of the first primaries, and who follows whom is solved exactly. Epochs and slots are set
 * before anybody is met: a node that knows others refuses SET-CONFIG-EPOCH.
 */
export function planCreate(facts: Facts, wish: WishOf<"create">): PlanDraft {
  const { candidates } = facts;
  refuseTwins(candidates);
  const primaries = Math.floor(candidates.length / (wish.replicasPerPrimary + 1));
  const known = candidates.flatMap((c) => (c.id === undefined ? [] : [{ ...c, id: c.id }]));
  const isWhole = known.length === candidates.length && primaries >= 3;
  const cast = isWhole ? castOf(known, primaries) : undefined;
  const steps = cast ? createSteps(cast) : [];
  return draftPlan({
    facts,
    wish,
    steps,
    table: [...createTable, note(hostSpread)],
    context: {
      involved: [],
      joining: candidates,
      reparented: cast?.pairs.map(({ replica, primary }) => ({ nodeId: replica.id, primaryId: primary.id })) ?? [],
    },
    lines: countLines(candidates.length, wish.replicasPerPrimary, primaries),
    slotsAsked: SLOT_COUNT,
    after: cast?.primaries.map((primary, i) => shardOf(primary.id, cast.ranges[i] ?? [0, 0], i)) ?? [],
    commands: {
      own: [ownCommand("create", ...addresses(candidates), `--cluster-replicas ${wish.replicasPerPrimary}`)],
      redisCli: [
        `redis-cli --cluster create ${addresses(candidates).join(" ")} --cluster-replicas ${wish.replicasPerPrimary} --cluster-yes`,
      ],
    },
  });
}

type Known = CandidateFacts & { readonly id: NodeId };
type Cast = {
  readonly primaries: readonly Known[];
  readonly replicas: readonly Known[];
  readonly ranges: readonly SlotRange[];
  readonly pairs: readonly { readonly replica: Known; readonly primary: Known }[];
};

const addresses = (candidates: readonly CandidateFacts[]) =>
  candidates.map(({ endpoint: { host, port } }) => (host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`));

const shardOf = (primaryId: NodeId, range: SlotRange, i: number) => ({
  index: i + 1,
  primaryId,
  ranges: [range],
  slots: range[1] - range[0] + 1,
});

/**
 * The ranges that redis-cli gives to so many primaries. It adds up in 32-bit floats, so this does too: `cursor` drifts
 * with each step, and a range may be one slot longer than the exact share.
 */
export function cutSlots(primaries: number): readonly SlotRange[] {
  const step = Math.fround(SLOT_COUNT / primaries);
  let cursor = 0;
  let first = 0;
  return Array.from({ length: primaries }, (_, i) => {
    const rounded = Math.round(Math.fround(Math.fround(cursor + step) - 1));
    const last = Math.max(first, rounded > SLOT_COUNT - 1 || i === primaries - 1 ? SLOT_COUNT - 1 : rounded);
    const range = [first, last] as const;
    first = last + 1;
    cursor = Math.fround(cursor + step);
    return range;
  });
}

function castOf(known: readonly Known[], count: number): Cast {
  const order = interleaveHosts(known);
  const primaries = order.slice(0, count);
  const replicas = order.slice(count);
  const room = primaries.map((_, i) => Math.floor(replicas.length / count) + (i < replicas.length % count ? 1 : 0));
  const assigned = assignReplicas(replicas satisfies readonly Placed[], primaries, room);
  const pairs = replicas.map((replica, i) => ({ replica, primary: primaries[assigned[i] ?? 0] as Known }));
  return { primaries, replicas, ranges: cutSlots(count), pairs };
}

function createSteps({ primaries, replicas, ranges, pairs }: Cast): readonly StepDraft[] {
  const all: readonly Candidate[] = [...primaries, ...replicas].map(candidateOf);
  const [first, ...others] = all;
  return [
    ...all.map((node, i) => ({ kind: "set-epoch" as const, phase: 0, node, epoch: i + 1 })),
    ...primaries.map((node, i) => ({
      kind: "add-slots" as const,
      phase: 1,
      node: candidateOf(node),
      ranges: [ranges[i] ?? ([0, 0] as const)],
    })),
    ...others.map((candidate) => ({ kind: "meet" as const, phase: 2, candidate, via: first as Candidate })),
    { kind: "await-joined", phase: 3, nodeIds: all.map((node) => node.id), serving: false },
    ...pairs.map(({ replica, primary }) => ({
      kind: "replicate" as const,
      phase: 4,
      nodeId: replica.id,
      primaryId: primary.id,
    })),
    { kind: "prove", phase: 5 },
  ];
}

function countLines(nodes: number, each: number, primaries: number): readonly PreflightLine[] {
  const replicas = nodes - primaries;
  if (primaries < 3) return [{ ...fails("enough-primaries", { nodes, each, needed: 3 * (each + 1) }), kind: "refuse" }];
  const extra = primaries === 0 ? 0 : replicas - primaries * each;
  return [
    { ...passes("enough-primaries", { primaries, replicas }), kind: "refuse" },
    { ...(extra > 0 ? fails("extra-replicas", { extra }) : passes("extra-replicas", {})), kind: "note" },
  ];
}
