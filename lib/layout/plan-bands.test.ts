import { expect, test } from "vitest";
import { asNodeId } from "@/lib/cluster/node";
import { layoutBands, movedPairs } from "./plan-bands";

const a = asNodeId("a".repeat(40));
const b = asNodeId("b".repeat(40));
const plan = {
  before: [{ index: 1, primaryId: a, ranges: [[0, 16383]] as [number, number][], slots: 16384 }],
  after: [
    { index: 1, primaryId: a, ranges: [[0, 8191]] as [number, number][], slots: 8192 },
    { index: 2, primaryId: b, ranges: [[8192, 16383]] as [number, number][], slots: 8192 },
  ],
  steps: [
    { kind: "move-slots", id: 1, phase: 1, source: a, target: b, ranges: [[8192, 12287]], slots: 4096 },
    { kind: "move-slots", id: 2, phase: 2, source: a, target: b, ranges: [[12288, 16383]], slots: 4096 },
  ] as const,
};

test("moves of one pair are one band where they touch", () => {
  expect(movedPairs(plan)).toEqual([{ from: 1, to: 2, ranges: [[8192, 16383]] }]);
  expect(layoutBands(plan, 1000)).toEqual([{ from: 1, to: 2, range: [8192, 16383], slots: 8192, x: 500, width: 500 }]);
});
