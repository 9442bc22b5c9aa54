import { describe, expect, it } from "vitest";
import { movingOperation } from "./operation.fixture";
import { rangesByOwner, sceneOf } from "./slot-scene";
import { primaryOf, sketch } from "./slot-scene.fixture";

const topology = sketch({ ranges: [[0, 8191]] }, { ranges: [[8192, 16000]] });

describe("the scene of a cluster", () => {
  it("names each slot's owner, and leaves nobody's slots unserved", () => {
    const scene = sceneOf({ topology });
    expect([scene.owner[0], scene.owner[8192], scene.owner[16001]]).toEqual([1, 2, 0]);
    expect([scene.served[0], scene.served[16001]]).toEqual([1, 0]);
    expect(scene.keys[0]).toBe(-1);
  });

  it("marks the slots of a silent primary as not served, and keeps whose they are", () => {
    const silent = { kind: "silent", sinceMs: 1, code: "ETIMEDOUT", message: "" } as const;
    const scene = sceneOf({
      topology: sketch({ ranges: [[0, 99]], node: { answer: silent } }, { ranges: [[100, 16383]] }),
    });
    expect([scene.owner[5], scene.served[5], scene.served[100]]).toEqual([1, 0, 1]);
  });

  it("shows what an operation has moved before the next sweep says so", () => {
    const operation = movingOperation({ source: primaryOf(1), target: primaryOf(2), moved: [[100, 102]] });
    const scene = sceneOf({ topology, operation });
    expect([99, 100, 102, 103].map((slot) => scene.owner[slot])).toEqual([1, 2, 2, 1]);
  });

  it("believes the nodes alone once the operation has ended", () => {
    const moving = movingOperation({ source: primaryOf(1), target: primaryOf(2), moved: [[100, 102]] });
    expect(sceneOf({ topology, operation: { ...moving, state: "succeeded" } }).owner[100]).toBe(1);
  });

  it("believes the sweep where a slot has gone to somebody else meanwhile", () => {
    const operation = movingOperation({ source: primaryOf(1), target: primaryOf(2), moved: [[9000, 9001]] });
    const other = sketch({ ranges: [[0, 8191]] }, { ranges: [[8192, 8999]] }, { ranges: [[9000, 16383]] });
    expect(sceneOf({ topology: other, operation }).owner[9000]).toBe(3);
  });

  it("does not call a slot empty that was counted while its keys were on their way", () => {
    const moving = movingOperation({ source: primaryOf(1), target: primaryOf(2), moved: [[100, 102]] });
    const operation = { ...moving, openSlots: [{ slot: 103, source: primaryOf(1), target: primaryOf(2) }] };
    const counts = new Array<number>(16384).fill(0);
    const { keys } = sceneOf({ topology, operation, counts });
    expect([99, 100, 102, 103, 104].map((slot) => keys[slot])).toEqual([0, -1, -1, -1, 0]);
  });

  it("gives back the ranges of each owner", () => {
    const ranges = rangesByOwner(sceneOf({ topology }));
    expect(ranges.get(1)).toEqual([[0, 8191]]);
    expect(ranges.get(0)).toEqual([[16001, 16383]]);
  });
});
