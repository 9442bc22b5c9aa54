import type { Line } from "./membership";
import type { ClusterId, Endpoint, NodeHealth, NodeId, NodeLabels, NodeStats, View, ViewNode } from "./node";
import { formatEndpoint } from "./node";
import { rangesKey } from "./owners";
import type { Answer, Topology, TopologyNode } from "./topology";

export type MergeInput = {
  readonly clusterId: ClusterId;
  /** Of nodes that answer. Of a silent node no view is given: what it showed last is taken from `previous`. */
  readonly views: readonly View[];
  readonly answers: ReadonlyMap<NodeId, Answer>;
  readonly stats: ReadonlyMap<NodeId, NodeStats>;
  readonly previous: Topology | undefined;
  readonly shardIndex: ReadonlyMap<NodeId, number>;
  /** By node id or by `host:port` as announced. */
  readonly labels: Readonly<Record<string, NodeLabels>>;
  /** Where the console dials an announced address. */
  readonly dialOf: (announced: Endpoint) => Endpoint;
  /** Where nodes have been reached, for those that do not know their own address. */
  readonly reached?: ReadonlyMap<NodeId, Endpoint> | undefined;
  readonly atMs: number;
  readonly nodeTimeoutMs: number;
};

export type Context = {
  readonly input: MergeInput;
  readonly own: ReadonlyMap<NodeId, ViewNode>;
  readonly before: ReadonlyMap<NodeId, TopologyNode>;
};

export const ownLine = (view: View) => view.nodes.filter((node) => node.id === view.from);

export function draftNode(id: NodeId, said: readonly Line[], { input, own, before }: Context): TopologyNode {
  const mine = own.get(id);
  const others = said.filter((line) => !isOwn(id, line));
  const truth = mine ?? mostSaid(others, own) ?? said[0]?.node;
  if (!truth) throw new Error(`a node without a line: ${id}`);
  const old = before.get(id);
  const reached = mine ? input.reached?.get(id) : undefined;
  const endpoint = addressOf(others, truth, reached, old);
  const stats = input.stats.get(id) ?? old?.stats;
  const worst = worstHealth(others);
  return {
    id,
    endpoint,
    dial: reached ?? input.dialOf(endpoint),
    busPort: truth.busPort || (old?.busPort ?? 0),
    ...(truth.hostname === undefined ? {} : { hostname: truth.hostname }),
    role: truth.role,
    ...(truth.primaryId === undefined ? {} : { primaryId: truth.primaryId }),
    health: worst,
    reporters: worst === "ok" ? [] : others.flatMap(({ node, from }) => (node.health === worst ? from : [])),
    answer: input.answers.get(id) ?? notAsked(endpoint, input.atMs),
    configEpoch: truth.configEpoch,
    ranges: truth.ranges,
    noAddress: others.length > 0 && others.every(({ node }) => isLost(node)),
    handshake: said.every(({ node }) => node.handshake),
    noFailover: truth.noFailover,
    labels: input.labels[id] ?? input.labels[formatEndpoint(endpoint)] ?? {},
    ...(stats ? { stats } : {}),
  };
}

const isOwn = (id: NodeId, { node, from }: Line) => node.isMyself && from[0] === id;
const isLost = (node: ViewNode) => node.noAddress || node.endpoint.host === "" || node.endpoint.port === 0;

/** The line that most answering primaries have about a node; most of all answering nodes when no primary has one. */
function mostSaid(others: readonly Line[], own: ReadonlyMap<NodeId, ViewNode>): ViewNode | undefined {
  const votes = new Map<string, { node: ViewNode; count: number; primaries: number }>();
  for (const { node, from } of others) {
    const key = `${node.role} ${node.primaryId} ${rangesKey(node.ranges)}`;
    const vote = votes.get(key) ?? { node, count: 0, primaries: 0 };
    vote.count += from.length;
    vote.primaries += from.filter((id) => own.get(id)?.role === "primary").length;
    if (node.configEpoch > vote.node.configEpoch) vote.node = node;
    votes.set(key, vote);
  }
  return [...votes.values()].sort(
    (a, b) => b.primaries - a.primaries || b.count - a.count || b.node.configEpoch - a.node.configEpoch,
  )[0]?.node;
}

function addressOf(
  others: readonly Line[],
  truth: ViewNode,
  reached: Endpoint | undefined,
  old: TopologyNode | undefined,
): Endpoint {
  const placed = others.filter(({ node }) => !isLost(node)).sort((a, b) => b.from.length - a.from.length);
  const known = placed[0]?.node ?? (isLost(truth) ? undefined : truth);
  if (known) return known.endpoint;
  return reached ?? old?.endpoint ?? truth.endpoint;
}

const RANK: Readonly<Record<NodeHealth, number>> = { ok: 0, pfail: 1, fail: 2 };

function worstHealth(lines: readonly Line[]): NodeHealth {
  return lines.reduce<NodeHealth>((worst, { node }) => (RANK[node.health] > RANK[worst] ? node.health : worst), "ok");
}

/** What more than half of the others say; `ok` where no state has that many. */
export function commonHealth(id: NodeId, lines: readonly Line[]): NodeHealth {
  const others = lines.filter((line) => !isOwn(id, line));
  const count = (some: readonly Line[]) => some.reduce((sum, { from }) => sum + from.length, 0);
  const atLeast = (rank: number) => count(others.filter(({ node }) => RANK[node.health] >= rank)) * 2 > count(others);
  if (atLeast(RANK.fail)) return "fail";
  return atLeast(RANK.pfail) ? "pfail" : "ok";
}

function notAsked(endpoint: Endpoint, atMs: number): Answer {
  return { kind: "silent", sinceMs: atMs, code: "not_asked", message: `${formatEndpoint(endpoint)} was not asked yet` };
}

/** Bytes behind the primary, where both answer and speak of the same stream. */
export function withLag(nodes: readonly TopologyNode[]): TopologyNode[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  return nodes.map((node) => {
    if (!node.stats) return node;
    const { lagBytes: _, ...stats } = node.stats;
    const primary = node.role === "replica" && node.primaryId ? byId.get(node.primaryId) : undefined;
    const comparable =
      primary?.stats?.replId === stats.replId && [primary, node].every((one) => one?.answer.kind === "answered");
    if (!primary?.stats || !comparable) return { ...node, stats };
    return { ...node, stats: { ...stats, lagBytes: Math.max(0, primary.stats.replOffset - stats.replOffset) } };
  });
}
