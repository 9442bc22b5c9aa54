import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { asNodeId, type NodeId } from "./node";
import { rangesByOwner, resolveOwners } from "./owners";
import { type ShardMember, shardIndexOf, shardsOf } from "./shards";
import {
  countSlots,
  eachSlot,
  intersectRanges,
  SLOT_COUNT,
  type SlotRange,
  subtractRanges,
  unionRanges,
} from "./slots";

const id = (n: number): NodeId => asNodeId(n.toString(16).padStart(40, "0"));
type Model = { id: NodeId; shard: number; primary: boolean; alive: boolean };

const SHARDS = 4;
const cut = (shard: number): SlotRange => [shard * 4096, shard * 4096 + 4095];

/** What the merge would hand over: a dead node that lost its slots is still a primary to the others. */
function membersOf(model: readonly Model[]): ShardMember[] {
  return model.map((node) => {
    const owner = model.find((one) => one.shard === node.shard && one.primary);
    const owns = owner === node;
    const former = !owns && !node.alive;
    return {
      id: node.id,
      role: owns || former ? "primary" : "replica",
      ...(owns || former || !owner ? {} : { primaryId: owner.id }),
      handshake: false,
      owned: owns ? [cut(node.shard)] : [],
      left: !node.alive,
    };
  });
}

describe("numbers of shards", () => {
  test("stay with the slots through any history of failovers, deaths and returns", { timeout: 30_000 }, () => {
    const step = fc.record({ shard: fc.nat(SHARDS - 1), who: fc.nat(2), act: fc.constantFrom("fail", "hand", "back") });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const model: Model[] = Array.from({ length: SHARDS * 3 }, (_, i) => ({
          id: id(i + 1),
          shard: i % SHARDS,
          primary: i < SHARDS,
          alive: true,
        }));
        let index: ReadonlyMap<NodeId, number> = shardIndexOf(shardsOf(membersOf(model), new Map()));
        for (const { shard, who, act } of steps) {
          const inShard = model.filter((node) => node.shard === shard);
          const primary = inShard.find((node) => node.primary) as Model;
          const heir = inShard.filter((node) => node.alive && !node.primary)[who % 2];
          if (act === "back") for (const node of inShard) node.alive = true;
          else if (heir) {
            primary.primary = false;
            primary.alive = act === "hand";
            heir.primary = true;
          }
          const shards = shardsOf(membersOf(model), index);
          expect(shards.map((one) => [one.index, one.ranges])).toEqual(
            Array.from({ length: SHARDS }, (_, i) => [i + 1, [cut(i)]]),
          );
          const all = shards.flatMap((one) => [one.primaryId, ...one.replicaIds, ...(one.formerIds ?? [])]);
          expect(new Set(all).size).toBe(model.length);
          index = shardIndexOf(shards);
        }
      }),
    );
  });

  test("a primary that lost its shard for good and lives on empty gets the lowest free number", () => {
    const index = new Map([
      [id(1), 1],
      [id(2), 1],
      [id(3), 3],
    ]);
    const member = (n: number, owned: SlotRange[], left = false): ShardMember => ({
      id: id(n),
      role: "primary",
      handshake: false,
      owned,
      left,
    });
    const shards = shardsOf([member(1, []), member(2, [[0, 9]]), member(3, [[10, 19]])], index);
    expect(shards.map((one) => [one.index, one.primaryId])).toEqual([
      [1, id(2)],
      [2, id(1)],
      [3, id(3)],
    ]);
  });
});

describe("claims", () => {
  const claim = fc.record({
    start: fc.nat(SLOT_COUNT - 1),
    length: fc.nat(6000),
    configEpoch: fc.nat(5),
    answers: fc.boolean(),
  });

  test("every slot goes to the highest epoch that claims it, and to nobody twice", { timeout: 30_000 }, () => {
    fc.assert(
      fc.property(fc.array(claim, { maxLength: 8 }), (drawn) => {
        const claims = drawn.map(({ start, length, ...rest }, i) => ({
          ...rest,
          id: id(i + 1),
          ranges: [[start, Math.min(SLOT_COUNT - 1, start + length)] as const],
        }));
        const owners = resolveOwners(claims);
        const owned = rangesByOwner(owners);
        const lists = [...owned.values()];
        expect(lists.reduce((sum, ranges) => sum + countSlots(ranges), 0)).toBe(SLOT_COUNT);
        for (const [i, a] of lists.entries())
          for (const b of lists.slice(i + 1)) expect(intersectRanges(a, b)).toEqual([]);
        const claimed = unionRanges(...claims.map((one) => one.ranges));
        expect(owned.get(undefined) ?? []).toEqual(subtractRanges([[0, SLOT_COUNT - 1]], claimed));
        for (const one of claims)
          for (const slot of eachSlot(one.ranges)) {
            const winner = claims.find((other) => other.id === owners[slot]);
            if ((winner?.configEpoch ?? -1) < one.configEpoch) throw new Error(`slot ${slot} went to a lower epoch`);
          }
      }),
      { numRuns: 50 },
    );
  });
});
