import fc from "fast-check";
import { expect, test } from "vitest";
import { layoutTopology, roundedPath, type TopologyLayoutInput } from "./topology";

const node = (id: string, group: string) => ({ id, label: id, group });

const threeZones: TopologyLayoutInput = {
  width: 980,
  nodes: [node("a1", "z1"), node("a2", "z2"), node("a3", "z3"), node("b1", "z1"), node("b2", "z2"), node("b3", "z3")],
  rows: [
    { key: "1", primaryId: "a1", nodeIds: ["a1", "a2", "a3"] },
    { key: "2", primaryId: "b2", nodeIds: ["b1", "b2", "b3"] },
  ],
};

test("a node keeps its place when another node of its shard becomes the primary", () => {
  const before = layoutTopology(threeZones);
  const after = layoutTopology({
    ...threeZones,
    rows: [{ key: "1", primaryId: "a2", nodeIds: ["a1", "a2", "a3"] }, ...threeZones.rows.slice(1)],
  });
  const x = (layout: typeof before) => layout.cards.map((card) => [card.nodeId, card.x]);
  expect(x(after)).toEqual(x(before));
});

test("neighbours are joined side to side, farther replicas through the gutter above the row", () => {
  const { links, cards } = layoutTopology(threeZones);
  const top = cards.find((card) => card.nodeId === "a1")?.y ?? 0;
  expect(links.find((link) => link.to === "a2")?.points).toHaveLength(2);
  const far = links.find((link) => link.to === "a3");
  expect(far?.points).toHaveLength(4);
  expect(far?.points[1]?.[1]).toBeLessThan(top);
});

test("no two cards overlap and every node of a row is drawn once, whatever the shape", () => {
  const shape = fc.array(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 4 }), {
    minLength: 1,
    maxLength: 6,
  });
  fc.assert(
    fc.property(shape, fc.integer({ min: 300, max: 2000 }), (shards, width) => {
      const nodes = shards.flatMap((zones, s) => zones.map((zone, i) => node(`n${s}-${i}`, `z${zone}`)));
      const rows = shards.map((zones, s) => ({
        key: String(s),
        primaryId: `n${s}-0`,
        nodeIds: zones.map((_, i) => `n${s}-${i}`),
      }));
      const { cards, links } = layoutTopology({ nodes, rows, width });
      expect(cards.map((card) => card.nodeId).sort()).toEqual(nodes.map((n) => n.id).sort());
      expect(links).toHaveLength(nodes.length - rows.length);
      for (const a of cards)
        for (const b of cards)
          if (a !== b) {
            const apart =
              a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
            expect(apart).toBe(true);
          }
    }),
  );
});

test("a path is rounded at its corners only", () => {
  expect(
    roundedPath([
      [0, 0],
      [10, 0],
    ]),
  ).toBe("M0 0L10 0");
  expect(
    roundedPath(
      [
        [0, 0],
        [0, 20],
        [40, 20],
      ],
      8,
    ),
  ).toBe("M0 0L0 12Q0 20 8 20L40 20");
});
