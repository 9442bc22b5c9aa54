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
 * Which nodes belong together. A node that was forgotten still lists the others, so listing is not enough: a member is
 * one that can be reached from the best known node by going from view to view. Handshakes are not gone through. With
 * two clusters of equal fame the one that `roots` names first wins.
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
  const fame = new Map<NodeId, number>();
  for (const view of views)
    for (const node of view.nodes)
      if (node.id !== view.from && !node.handshake) fame.set(node.id, (fame.get(node.id) ?? 0) + 1);
  const rank = new Map(roots.map((id, i) => [id, i]));
  const last = roots.length;
  const order = [...views].sort(
    (a, b) =>
      (fame.get(b.from) ?? 0) - (fame.get(a.from) ?? 0) ||
      (rank.get(a.from) ?? last) - (rank.get(b.from) ?? last) ||
      (a.from < b.from ? -1 : 1),
  );
  return order[0]?.from;
}
