import { formatEndpoint, type NodeHealth, type NodeId, type View, type ViewNode } from "./node";
import { type Owners, ownerChanges, rangesKey, resolveOwners } from "./owners";
import { intersectRanges, type SlotRange } from "./slots";
import type { TopologyNode, ViewDigest } from "./topology";

/** The merged picture that each view is held against. */
export type Picture = {
  readonly nodes: ReadonlyMap<NodeId, Pick<TopologyNode, "id" | "endpoint" | "role" | "primaryId" | "handshake">>;
  /** Slots of each node when all claims have been weighed. */
  readonly owned: ReadonlyMap<NodeId | undefined, readonly SlotRange[]>;
  readonly owners: Owners;
  /** What most answering nodes say of each node's health. */
  readonly health: ReadonlyMap<NodeId, NodeHealth>;
  /** Members without handshakes. */
  readonly known: number;
  /** Whether a line agrees, remembered while this picture is held against views that share lines. */
  readonly judged: Map<ViewNode, "same" | "other" | "handshake">;
};

type Difference = ViewDigest["differs"][number];

/**
 * What one node believes otherwise than the merged picture. A different health alone is shown but is no disagreement:
 * every node judges that for itself before the cluster does.
 */
export function digestView(view: View, picture: Picture, previous: ViewDigest | undefined): ViewDigest {
  const differs = isSame(view, picture)
    ? []
    : [
        ...ownerDifferences(view, picture),
        ...roleDifferences(view, picture),
        ...membershipDifferences(new Map(view.nodes.map((node) => [node.id, node])), picture),
        ...healthDifferences(view, picture),
      ].map((difference): Difference => ({ ...difference, sinceMs: sinceOf(difference, previous) ?? view.atMs }));
  return {
    agrees: differs.every((difference) => difference.about === "health"),
    knownNodes: view.nodes.length,
    currentEpoch: view.info.currentEpoch,
    state: view.info.state,
    differs,
  };
}

/** A view may differ this long before it counts: gossip needs a moment. */
const GOSSIP_MS = 1000;

/** What a view believes otherwise, when it has done so for longer than gossip takes. */
export function lastingDifferences(view: ViewDigest | undefined, atMs: number): readonly Difference[] {
  return view?.differs.filter((one) => one.about !== "health" && atMs - one.sinceMs >= GOSSIP_MS) ?? [];
}

type Undated = Omit<Difference, "sinceMs">;

function ownerDifferences(view: View, picture: Picture): Undated[] {
  const same = view.nodes.every((node) => rangesKey(node.ranges) === rangesKey(picture.owned.get(node.id) ?? NONE));
  const claimed = view.nodes.reduce((sum, node) => sum + (node.ranges.length > 0 ? 1 : 0), 0);
  const owning = [...picture.owned.keys()].filter((id) => id !== undefined).length;
  if (same && claimed === owning) return [];
  const believed = resolveOwners(view.nodes.map((node) => ({ ...node, answers: node.isMyself })));
  return ownerChanges(picture.owners, believed).map(({ from, to, ranges }) => ({
    about: "owner",
    ...(from === undefined ? {} : { nodeId: from }),
    ranges,
    believes: to === undefined ? "nobody" : nameOf(to, picture),
  }));
}

function roleDifferences(view: View, picture: Picture): Undated[] {
  return view.nodes.flatMap((line): Undated[] => {
    const node = picture.nodes.get(line.id);
    if (!node || line.handshake || node.handshake) return [];
    if (node.role === line.role && node.primaryId === line.primaryId) return [];
    return [{ about: "role", nodeId: node.id, ranges: [], believes: roleName(line, picture) }];
  });
}

function membershipDifferences(listed: ReadonlyMap<NodeId, ViewNode>, picture: Picture): Undated[] {
  return [...picture.nodes.values()].flatMap((node): Undated[] => {
    const line = listed.get(node.id);
    if (node.handshake || (line && !line.handshake)) return [];
    return [{ about: "unknown-node", nodeId: node.id, ranges: [], believes: line ? "handshake" : "not listed" }];
  });
}

function healthDifferences(view: View, picture: Picture): Undated[] {
  return view.nodes.flatMap((line): Undated[] => {
    const most = picture.health.get(line.id);
    if (line.isMyself || most === undefined || (most === "fail") === (line.health === "fail")) return [];
    return [{ about: "health", nodeId: line.id, ranges: [], believes: line.health }];
  });
}

/** The common case, at the cost of one look-up a line: every line agrees, and no member is missing. */
function isSame(view: View, picture: Picture): boolean {
  let members = 0;
  for (const line of view.nodes) {
    let verdict = picture.judged.get(line);
    if (verdict === undefined) {
      verdict = judge(line, picture);
      picture.judged.set(line, verdict);
    }
    if (verdict === "other") return false;
    if (verdict === "same") members++;
  }
  return members === picture.known;
}

function judge(line: ViewNode, picture: Picture): "same" | "other" | "handshake" {
  const node = picture.nodes.get(line.id);
  if (line.handshake || !node || node.handshake) return node?.handshake ? "handshake" : "other";
  const place = node.role === line.role && node.primaryId === line.primaryId;
  const slots = rangesKey(line.ranges) === rangesKey(picture.owned.get(line.id) ?? NONE);
  const health = line.isMyself || (picture.health.get(line.id) === "fail") === (line.health === "fail");
  return place && slots && health ? "same" : "other";
}

/** The same difference as before; about owners only while some slot is the same, for slots on the move differ anew. */
function sinceOf(difference: Undated, previous: ViewDigest | undefined): number | undefined {
  return previous?.differs.find(
    ({ about, nodeId, believes, ranges }) =>
      about === difference.about &&
      nodeId === difference.nodeId &&
      believes === difference.believes &&
      (about !== "owner" || intersectRanges(ranges, difference.ranges).length > 0),
  )?.sinceMs;
}

function roleName(line: ViewNode, picture: Picture): string {
  if (line.role === "primary") return "primary";
  return line.primaryId === undefined ? "replica of nobody" : `replica of ${nameOf(line.primaryId, picture)}`;
}

function nameOf(id: NodeId, { nodes }: Picture): string {
  const node = nodes.get(id);
  return node ? formatEndpoint(node.endpoint) : id.slice(0, 8);
}

const NONE: readonly SlotRange[] = [];
