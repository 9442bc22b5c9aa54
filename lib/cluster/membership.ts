import type { NodeId, View, ViewNode } from "./node";

/** The views of one picture, and what they say about each node. */
export type Members = {
  readonly views: readonly View[];
  /** Of each member, every line that some view has about it; its own line among them. */
  readonly lines: ReadonlyMap<NodeId, readonly Line[]>;
};
/** One line, and all views that have this very line: views that were read with a LineCache share equal lines. */
export type Line = { readonly node: ViewNode; readonly from: readonly NodeId[] };

/**
 * Which nodes belong together. A node that was forgotten still lists the others, and one that was reset is still listed
 * by them all, so listing is not enough: a member is one that can be reached from the best known node by going from view
 * to view, and well known is who is listed by those that it lists. Handshakes are not gone through. With two clusters of
 * equal fame the one that `roots` names first wins.
 */
export function membersOf(views: readonly View[], roots: readonly NodeId[] = []): Members {
  const byId = new Map(views.map((view) => [view.from, view]));
  const root = rootOf(views, roots);
  const reached = new Set<NodeId>(root === undefined ? [] : [root]);
  for (const id of reached)
    for (const node of byId.get(id)?.nodes ?? []) if (!node.handshake || node.id === id) reached.add(node.id);

  const inside = views.filter((view) => reached.has(view.from));
  const lines = new Map<NodeId, { node: ViewNode; from: NodeId[] }[]>();
  for (const view of inside)
    for (const node of view.nodes) {
      const known = lines.get(node.id);
      const same = known?.find((line) => line.node === node);
      if (same) same.from.push(view.from);
      else if (known) known.push({ node, from: [view.from] });
      else lines.set(node.id, [{ node, from: [view.from] }]);
    }
  return { views: inside, lines };
}

function rootOf(views: readonly View[], roots: readonly NodeId[]): NodeId | undefined {
  const listed = new Map<NodeId, number>();
  for (const view of views)
    for (const node of view.nodes)
      if (node.id !== view.from && !node.handshake) listed.set(node.id, (listed.get(node.id) ?? 0) + 1);
  const rank = new Map(roots.map((id, i) => [id, i]));
  const rankOf = (id: NodeId) => rank.get(id) ?? roots.length;
  const before = (a: NodeId, b: NodeId) => rankOf(a) - rankOf(b) || (a < b ? -1 : 1);
  const most = (view: View) => listed.get(view.from) ?? 0;
  const order = [...views].sort((a, b) => most(b) - most(a) || before(a.from, b.from));
  const byId = new Map(views.map((view) => [view.from, view]));
  let best: { readonly id: NodeId; readonly fame: number } | undefined;
  for (const view of order) {
    const id = view.from;
    const cannotWin = best && (most(view) < best.fame || (most(view) === best.fame && before(best.id, id) < 0));
    if (cannotWin) continue;
    const fame = fameOf(view, byId);
    if (!best || fame > best.fame || (fame === best.fame && before(id, best.id) < 0)) best = { id, fame };
  }
  return best?.id;
}

/** How many of those that it lists list it too. */
function fameOf({ from, nodes }: View, views: ReadonlyMap<NodeId, View>): number {
  const lists = (id: NodeId) => views.get(id)?.nodes.some((node) => node.id === from && !node.handshake) === true;
  return nodes.filter((node) => node.id !== from && !node.handshake && lists(node.id)).length;
}
