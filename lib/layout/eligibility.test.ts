import { describe, expect, it } from "vitest";
import type { SlotRanges } from "@/lib/cluster/slots";
import { eligibilityOf, evenOut } from "./eligibility";
import { sceneOf } from "./slot-scene";
import { type ShardSketch, sketch } from "./slot-scene.fixture";
import { summarize } from "./slot-summary";

const silent = { kind: "silent", sinceMs: 7, code: "ETIMEDOUT", message: "" } as const;
const GIVER: ShardSketch = { ranges: [[0, 8191]] };
const TAKER: ShardSketch = { ranges: [[8192, 16383]] };
const stats = (usedBytes: number, maxBytes: number, maxPolicy = "noeviction") =>
  ({ usedBytes, maxBytes, maxPolicy, loading: false }) as NonNullable<NonNullable<ShardSketch["node"]>["stats"]>;

type Given = {
  readonly shards?: readonly ShardSketch[];
  readonly ranges?: SlotRanges;
  readonly target?: number;
  readonly bytes?: number;
  readonly mayOperate?: boolean;
  readonly operationId?: number;
};

function verdict({ shards = [GIVER, TAKER], ranges = [[0, 99]], target = 2, mayOperate = true, ...rest }: Given) {
  const topology = sketch(...shards);
  const shard = topology.shards.find((s) => s.index === target);
  if (!shard) throw new Error("no such shard");
  return eligibilityOf(shard, { topology, selection: summarize(sceneOf({ topology }), ranges), mayOperate, ...rest });
}

describe("who may take a selection", () => {
  it("another shard, with what it has before and after", () => {
    expect(verdict({})).toEqual({ kind: "can", before: 8192, after: 8292, cautions: [] });
  });

  it("not the one that owns all of it; it says what it would lose", () => {
    expect(verdict({ target: 1 })).toEqual({ kind: "source", before: 8192, after: 8092 });
  });

  it("one that owns a part of it, for the rest", () => {
    expect(verdict({ ranges: [[8190, 8200]] })).toMatchObject({ kind: "can", before: 8192, after: 8194 });
  });

  it.each<{ name: string; given: Given; code: string }>([
    { name: "a viewer's", given: { mayOperate: false }, code: "viewer" },
    {
      name: "slots that nobody owns",
      given: { shards: [{ ranges: [] }, TAKER], ranges: [[0, 9]] },
      code: "nobody-owns",
    },
    {
      name: "a selection that only reaches into a hole",
      given: { shards: [{ ranges: [[0, 9]] }, TAKER], ranges: [[9, 10]] },
      code: "nobody-owns",
    },
    {
      name: "a silent target",
      given: { shards: [GIVER, { ...TAKER, node: { answer: silent } }] },
      code: "target-silent",
    },
    {
      name: "a failed target",
      given: { shards: [GIVER, { ...TAKER, node: { health: "fail" } }] },
      code: "target-failed",
    },
    {
      name: "a silent source",
      given: { shards: [{ ...GIVER, node: { answer: silent } }, TAKER] },
      code: "source-silent",
    },
    {
      name: "too little memory",
      given: { shards: [GIVER, { ...TAKER, node: { stats: stats(39, 100) } }], bytes: 62 },
      code: "no-room",
    },
  ])("nobody, given $name", ({ given, code }) => {
    expect(verdict(given)).toMatchObject({ kind: "cannot", refusal: { code } });
  });

  it.each<{ name: string; given: Given; code: string }>([
    { name: "no replica", given: { shards: [GIVER, { ...TAKER, replicas: 0 }] }, code: "no-replica" },
    { name: "an operation that runs", given: { operationId: 41 }, code: "operation-runs" },
    {
      name: "a policy that evicts",
      given: { shards: [GIVER, { ...TAKER, node: { stats: stats(1, 100, "allkeys-lru") } }] },
      code: "evicts",
    },
  ])("somebody, with a caution, given $name", ({ given, code }) => {
    expect(verdict(given)).toMatchObject({ kind: "can", cautions: [{ code }] });
  });

  it("is not forbidden by what is not measured, nor where memory has no limit", () => {
    expect(verdict({ shards: [GIVER, { ...TAKER, node: { stats: stats(99, 100) } }] }).kind).toBe("can");
    expect(verdict({ shards: [GIVER, { ...TAKER, node: { stats: stats(99, 0) } }], bytes: 1e12 }).kind).toBe("can");
  });

  it("evens two shards out, or takes a tenth", () => {
    expect([evenOut(4000, 1000), evenOut(1000, 4000), evenOut(3, 9), evenOut(5, 4)]).toEqual([1500, 100, 1, 1]);
  });
});
