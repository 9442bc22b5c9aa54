import type { Endpoint, NodeLabels } from "@/lib/cluster/node";

/**
 * Which replica follows which primary, so that copies share as little fate as they can: exactly, not by luck. Sharing a
 * host weighs more than sharing only a rack, and that more than only a zone. The assignment of least cost is found by
 * the Hungarian method (O(n³), n = replicas); then pairs are swapped where that costs nothing and keeps two replicas of
 * one primary apart. Equal choices fall to the order given: the k-th replica to the k-th primary.
 */
export type Placed = { readonly endpoint: Endpoint; readonly labels: NodeLabels };

const SHARED_HOST = 1_000_000;
const SHARED_RACK = 1_000;
const SHARED_ZONE = 1;

export const hostOf = ({ labels, endpoint }: Placed): string => labels.host ?? endpoint.host;

export function sharedFate(a: Placed, b: Placed): number {
  if (hostOf(a) === hostOf(b)) return SHARED_HOST;
  const zone = a.labels.zone !== undefined && a.labels.zone === b.labels.zone ? SHARED_ZONE : 0;
  const rack = a.labels.rack !== undefined && a.labels.rack === b.labels.rack && a.labels.zone === b.labels.zone;
  return (rack ? SHARED_RACK : 0) + zone;
}

/** Hosts in turn, each in its given order: what stands first is spread widest. */
export function interleaveHosts<T extends Placed>(nodes: readonly T[]): readonly T[] {
  const hosts = new Map<string, T[]>();
  for (const node of nodes) hosts.set(hostOf(node), [...(hosts.get(hostOf(node)) ?? []), node]);
  const rounds = Math.max(0, ...[...hosts.values()].map((list) => list.length));
  return Array.from({ length: rounds }, (_, i) => [...hosts.values()].flatMap((list) => list[i] ?? [])).flat();
}

/** By replica: the index of its primary. `room` says how many each primary gets; they add up to the replicas. */
export function assignReplicas(
  replicas: readonly Placed[],
  primaries: readonly Placed[],
  room: readonly number[],
): readonly number[] {
  const seats = interleaveSeats(room);
  const count = replicas.length;
  // Far below one shared zone even when added up, so that order decides only between equals.
  const byOrder = (i: number, seat: number) => ((seat - i + count) % count) / (count * count * 4);
  const costs = replicas.map((replica, i) =>
    seats.map((p, seat) => sharedFate(replica, primaries[p] as Placed) + byOrder(i, seat)),
  );
  const chosen = leastCost(costs).map((seat) => seats[seat] ?? 0);
  return separateSiblings(chosen, replicas, primaries);
}

/** One seat a primary, then the second of each … so that the first replicas go round. */
function interleaveSeats(room: readonly number[]): readonly number[] {
  const rounds = Math.max(0, ...room);
  return Array.from({ length: rounds }, (_, round) => room.flatMap((n, p) => (n > round ? [p] : []))).flat();
}

/** Hungarian method with potentials on a square matrix: by row, its column. */
function leastCost(costs: readonly (readonly number[])[]): readonly number[] {
  const n = costs.length;
  const rowPotential = new Array<number>(n + 1).fill(0);
  const columnPotential = new Array<number>(n + 1).fill(0);
  const rowOf = new Array<number>(n + 1).fill(0);
  const at = (list: readonly number[], i: number): number => list[i] ?? 0;
  for (let row = 1; row <= n; row++) {
    const way = new Array<number>(n + 1).fill(0);
    const slack = new Array<number>(n + 1).fill(Number.POSITIVE_INFINITY);
    const used = new Array<boolean>(n + 1).fill(false);
    rowOf[0] = row;
    let column = 0;
    while (at(rowOf, column) !== 0) {
      used[column] = true;
      const current = at(rowOf, column);
      let delta = Number.POSITIVE_INFINITY;
      let next = 0;
      for (let j = 1; j <= n; j++) {
        if (used[j]) continue;
        const reduced = (costs[current - 1]?.[j - 1] ?? 0) - at(rowPotential, current) - at(columnPotential, j);
        if (reduced < at(slack, j)) {
          slack[j] = reduced;
          way[j] = column;
        }
        if (at(slack, j) < delta) {
          delta = at(slack, j);
          next = j;
        }
      }
      for (let j = 0; j <= n; j++) {
        if (used[j]) {
          rowPotential[at(rowOf, j)] = at(rowPotential, at(rowOf, j)) + delta;
          columnPotential[j] = at(columnPotential, j) - delta;
        } else slack[j] = at(slack, j) - delta;
      }
      column = next;
    }
    while (column !== 0) {
      const previous = at(way, column);
      rowOf[column] = at(rowOf, previous);
      column = previous;
    }
  }
  const columnOf = new Array<number>(n).fill(0);
  for (let j = 1; j <= n; j++) columnOf[at(rowOf, j) - 1] = j - 1;
  return columnOf;
}

function separateSiblings(
  chosen: readonly number[],
  replicas: readonly Placed[],
  primaries: readonly Placed[],
): readonly number[] {
  const now = [...chosen];
  const toPrimary = (i: number, p: number) => sharedFate(replicas[i] as Placed, primaries[p] as Placed);
  const toSiblings = (i: number, p: number, except: number) =>
    replicas.reduce(
      (sum, other, j) =>
        j === i || j === except || now[j] !== p ? sum : sum + sharedFate(replicas[i] as Placed, other),
      0,
    );
  for (let changed = true; changed; ) {
    changed = false;
    for (let i = 0; i < now.length; i++)
      for (let j = i + 1; j < now.length; j++) {
        const p = now[i] ?? 0;
        const q = now[j] ?? 0;
        if (p === q || toPrimary(i, q) + toPrimary(j, p) > toPrimary(i, p) + toPrimary(j, q)) continue;
        if (toSiblings(i, q, j) + toSiblings(j, p, i) >= toSiblings(i, p, j) + toSiblings(j, q, i)) continue;
        now[i] = q;
        now[j] = p;
        changed = true;
      }
  }
  return now;
}
