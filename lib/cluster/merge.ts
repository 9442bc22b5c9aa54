import { digestView, lastingDifferences, type Picture } from "./digest";
import { type Context, commonHealth, draftNode, type MergeInput, ownLine, withLag } from "./draft";
import { type Members, membersOf } from "./membership";
import type { NodeId, View } from "./node";
import { openSlotsOf } from "./open-slots";
import { rangesByOwner, resolveOwners } from "./owners";
import { shardsOf } from "./shards";
import { signatureOf } from "./signature";
import { normalizeRanges } from "./slots";
import type { Shard, Topology, TopologyNode } from "./topology";

export type { MergeInput } from "./draft";

/**
 * Many views made into one picture. Nothing is taken from one node on trust where it speaks of another:
 *
 * 1. Members are found by going from view to view (membership.ts).
 * 2. A node that answers says itself what role, epoch and slots it has. Of one that is silent we keep what most
 *    answering primaries say (else most nodes, else what was last known). Silence is an `answer`, never an absence.
 * 3. Health is the worst that anybody reports, with the reporters.
 * 4. Claims on slots are weighed by config epoch; shards get disjoint ranges and their lasting numbers.
 * 5. Each view is held against the result: who differs, about what, since when.
 *
 * Not guaranteed: that the picture is of one instant. Views are read within one sweep, not at once.
 */
export function mergeViews(input: MergeInput): Topology {
  const { previous } = input;
  const { views, lines } = membersOf(input.views, previous?.nodes.map((node) => node.id) ?? []);
  if (views.length === 0 && previous) return allSilent(input, previous);

  const context: Context = {
    input,
    own: new Map(views.flatMap((view) => ownLine(view).map((line) => [view.from, line] as const))),
    before: new Map(previous?.nodes.map((node) => [node.id, node]) ?? []),
  };
  const drafts = [...lines].map(([id, said]) => draftNode(id, said, context));
  const picture = pictureOf(drafts, lines);
  const byFrom = new Map(views.map((view) => [view.from, view]));
  const nodes = withLag(drafts).map((node): TopologyNode => {
    const view = byFrom.get(node.id);
    const before = context.before.get(node.id)?.view;
    const digest = view ? digestView(view, picture, before) : before;
    return digest ? { ...node, view: digest } : node;
  });

  const shards = groupShards(nodes, picture, input.shardIndex);
  const isSilent = (id: NodeId) => !context.own.has(id) && picture.nodes.has(id);
  const openSlots = openSlotsOf({ own: [...context.own.values()], isSilent, previous: previous?.openSlots ?? [] });
  const uncovered = picture.owned.get(undefined) ?? [];
  const lost = nodes.filter((node) => !serves(node, picture));
  const unserved = normalizeRanges(lost.flatMap((node) => picture.owned.get(node.id) ?? []));
  const answering = nodes.filter((node) => node.answer.kind === "answered");
  return {
    clusterId: input.clusterId,
    atMs: input.atMs,
    state: stateOf({ nodes, views, lost, picture, atMs: input.atMs }),
    currentEpoch: Math.max(previous?.currentEpoch ?? 0, ...views.map((view) => view.info.currentEpoch)),
    nodes,
    shards,
    uncovered,
    unserved,
    openSlots,
    agreement: {
      agree: answering.filter((node) => node.view?.agrees).length,
      answering: answering.length,
      known: nodes.filter((node) => !node.handshake).length,
    },
    signature: signatureOf({ nodes, shards }),
    nodeTimeoutMs: input.nodeTimeoutMs,
  };
}

function pictureOf(drafts: readonly TopologyNode[], lines: Members["lines"]): Picture {
  const owners = resolveOwners(
    drafts
      .filter((node) => node.role === "primary")
      .map((node) => ({ ...node, answers: node.answer.kind === "answered" })),
  );
  return {
    nodes: new Map(drafts.map((node) => [node.id, node])),
    owners,
    owned: rangesByOwner(owners),
    health: new Map([...lines].map(([id, said]) => [id, commonHealth(id, said)])),
    known: drafts.filter((node) => !node.handshake).length,
    judged: new Map(),
  };
}

function groupShards(
  nodes: readonly TopologyNode[],
  { owned }: Picture,
  shardIndex: ReadonlyMap<NodeId, number>,
): Shard[] {
  const members = nodes.map((node) => {
    const mine = owned.get(node.id) ?? [];
    const dead = node.answer.kind === "silent" || node.health === "fail";
    return { ...node, owned: mine, keys: node.stats?.keys, left: dead || node.ranges.length > mine.length };
  });
  return shardsOf(members, shardIndex);
}

function serves(node: TopologyNode, { health }: Picture): boolean {
  return node.answer.kind === "answered" && !node.noAddress && health.get(node.id) !== "fail";
}

type StateInput = {
  readonly nodes: readonly TopologyNode[];
  readonly views: readonly View[];
  readonly lost: readonly TopologyNode[];
  readonly picture: Picture;
  readonly atMs: number;
};

/**
 * down: clients miss slots, as the cluster itself sees it. degraded: they are served, but not as they should be, or the
 * console alone cannot reach their owner. Silence towards the console is not yet an outage; others must see it too.
 */
function stateOf({ nodes, views, lost, picture, atMs }: StateInput): Topology["state"] {
  if (views.length === 0) return "unknown";
  const { owned } = picture;
  const voters = views.filter((view) => owned.has(view.from));
  const failing = voters.filter((view) => view.info.state === "fail").length;
  if (owned.has(undefined) || failing * 2 > voters.length) return "down";
  const missed = lost.filter((node) => (owned.get(node.id)?.length ?? 0) > 0);
  if (missed.some((node) => node.noAddress || picture.health.get(node.id) !== "ok")) return "down";
  const sound = nodes.every(
    (node) =>
      node.handshake ||
      (node.answer.kind === "answered" && node.health === "ok" && lastingDifferences(node.view, atMs).length === 0),
  );
  return sound && missed.length === 0 ? "ok" : "degraded";
}

/** The same picture with newer answers and readings: what a heartbeat brings while no view has changed. */
export function refreshReadings(
  topology: Topology,
  { answers, stats, atMs }: Pick<MergeInput, "answers" | "stats" | "atMs">,
): Topology {
  const nodes = withLag(
    topology.nodes.map((node) => {
      const reading = stats.get(node.id) ?? node.stats;
      return { ...node, answer: answers.get(node.id) ?? node.answer, ...(reading ? { stats: reading } : {}) };
    }),
  );
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const shards = topology.shards.map((shard) => {
    const keys = byId.get(shard.primaryId)?.stats?.keys;
    return keys === undefined || keys === shard.keys ? shard : { ...shard, keys };
  });
  return { ...topology, atMs, nodes, shards };
}

/** Nobody answers: the last picture, with every node's silence. */
function allSilent({ answers, atMs }: MergeInput, previous: Topology): Topology {
  const nodes = previous.nodes.map((node) => ({ ...node, answer: answers.get(node.id) ?? node.answer }));
  return {
    ...previous,
    atMs,
    state: "unknown",
    nodes,
    unserved: normalizeRanges(previous.shards.flatMap((shard) => shard.ranges)),
    agreement: { agree: 0, answering: 0, known: previous.agreement.known },
  };
}
