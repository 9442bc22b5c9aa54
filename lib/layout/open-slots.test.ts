import { expect, it } from "vitest";
import { openGroups } from "./open-slots";
import { movingOperation } from "./operation.fixture";
import { primaryOf, sketch } from "./slot-scene.fixture";

const [source, target] = [primaryOf(1), primaryOf(2)];
const base = sketch({ ranges: [[0, 8191]] }, { ranges: [[8192, 16383]] });
const open = (slot: number) => ({ slot, source, target, migratingOn: [source], importingOn: [target] });

it("groups open slots by their way, with the keys left and who opened them", () => {
  const operation = {
    ...movingOperation({ source, target, moved: [[1, 1]] }),
    openSlots: [5, 6].map((slot) => ({ slot, source, target, keysLeft: 30 })),
  };
  const topology = { ...base, openSlots: [open(1), open(5), open(6), open(40)] };
  expect(openGroups(topology, operation)).toEqual([
    { ranges: [[5, 6]], slots: 2, isOneSided: false, source, target, operationId: 41, keysLeft: 60 },
    { ranges: [[40, 40]], slots: 1, isOneSided: false, source, target },
  ]);
});

it("does not hold a slot open that an ended operation left and the nodes have closed", () => {
  const operation = {
    ...movingOperation({ source, target, moved: [] }),
    state: "failed" as const,
    openSlots: [5, 6].map((slot) => ({ slot, source, target })),
  };
  expect(openGroups({ ...base, openSlots: [open(6)] }, operation)).toMatchObject([
    { ranges: [[6, 6]], operationId: 41 },
  ]);
});

it("says when only one side carries the flag", () => {
  const topology = { ...base, openSlots: [{ slot: 7, source, migratingOn: [source], importingOn: [] }] };
  expect(openGroups(topology)).toEqual([{ ranges: [[7, 7]], slots: 1, isOneSided: true, source }]);
});
