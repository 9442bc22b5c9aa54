import fc from "fast-check";
import { expect, test } from "vitest";
import { assignReplicas, interleaveHosts, type Placed, sharedFate } from "./spread";

const placed = (host: number, rack = 0, zone = 0): Placed => ({
  endpoint: { host: "10.0.0.1", port: 7000 },
  labels: { host: `h${host}`, rack: `r${rack}`, zone: `z${zone}` },
});
const cost = (replicas: readonly Placed[], primaries: readonly Placed[], assigned: readonly number[]) =>
  assigned.reduce((sum, p, i) => sum + sharedFate(replicas[i] as Placed, primaries[p] as Placed), 0);

function bruteForce(replicas: readonly Placed[], primaries: readonly Placed[], room: readonly number[]): number {
  let best = Number.POSITIVE_INFINITY;
  const go = (i: number, left: readonly number[], sum: number): void => {
    if (sum >= best) return;
    const replica = replicas[i];
    if (!replica) {
      best = sum;
      return;
    }
    for (const [p, seats] of left.entries())
      if (seats > 0)
        go(
          i + 1,
          left.map((n, q) => (q === p ? n - 1 : n)),
          sum + sharedFate(replica, primaries[p] as Placed),
        );
  };
  go(0, room, 0);
  return best;
}

test("no other assignment shares less: compared with all of them", () => {
  const place = fc.tuple(
    fc.integer({ min: 0, max: 3 }),
    fc.integer({ min: 0, max: 1 }),
    fc.integer({ min: 0, max: 1 }),
  );
  const places = (n: number) => fc.array(place, { minLength: n, maxLength: n });
  const world = fc.integer({ min: 2, max: 4 }).chain((m) => fc.tuple(places(m), places(Math.min(6, m * 2 - 1))));
  fc.assert(
    fc.property(world, ([ps, rs]) => {
      const primaries = ps.map((p) => placed(...p));
      const replicas = rs.map((p) => placed(...p));
      const room = primaries.map((_, i) => Math.floor(rs.length / ps.length) + (i < rs.length % ps.length ? 1 : 0));
      const assigned = assignReplicas(replicas, primaries, room);
      expect(primaries.map((_, p) => assigned.filter((a) => a === p).length)).toEqual(room);
      expect(cost(replicas, primaries, assigned)).toBe(bruteForce(replicas, primaries, room));
    }),
  );
});

test("where all is equal the k-th replica follows the k-th primary", () => {
  const same = Array.from({ length: 3 }, () => placed(0));
  expect(assignReplicas(same, same, [1, 1, 1])).toEqual([0, 1, 2]);
  expect(assignReplicas([...same, ...same], same, [2, 2, 2])).toEqual([0, 1, 2, 0, 1, 2]);
});

test("two replicas of one primary are kept apart where that costs nothing", () => {
  const primaries = [placed(0), placed(1)];
  const replicas = [placed(2), placed(2), placed(3), placed(3)];
  const assigned = assignReplicas(replicas, primaries, [2, 2]);
  expect(assigned[0]).not.toBe(assigned[1]);
  expect(assigned[2]).not.toBe(assigned[3]);
});

test("hosts go in turn", () => {
  expect(interleaveHosts([placed(0), placed(0), placed(0), placed(1)]).map((p) => p.labels.host)).toEqual([
    "h0",
    "h1",
    "h0",
    "h0",
  ]);
});
