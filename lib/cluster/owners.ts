import type { NodeId } from "./node";
import { SLOT_COUNT, type SlotRange, type SlotRanges } from "./slots";

/** Slot → owner, as far as anybody claims it. */
export type Owners = readonly (NodeId | undefined)[];

export type Claim = {
  readonly id: NodeId;
  readonly ranges: SlotRanges;
  readonly configEpoch: number;
  readonly answers: boolean;
};

/**
 * Who owns each slot when several nodes say they do: the claim with the highest config epoch, which is the one that
 * the nodes themselves will come to believe. Equal epochs: a node that answers before one that is silent, then the id.
 */
export function resolveOwners(claims: readonly Claim[]): Owners {
  const weakestFirst = [...claims].sort(
    (a, b) => a.configEpoch - b.configEpoch || Number(a.answers) - Number(b.answers) || (a.id < b.id ? -1 : 1),
  );
  return ownersOf(weakestFirst);
}

/** Slot by slot; where ranges overlap, the later one has it. */
export function ownersOf(holders: readonly Pick<Claim, "id" | "ranges">[]): Owners {
  const owners: (NodeId | undefined)[] = new Array(SLOT_COUNT).fill(undefined);
  for (const { id, ranges } of holders) for (const [first, last] of ranges) owners.fill(id, first, last + 1);
  return owners;
}

/** As the shards have it: each slot its shard's primary. */
export function shardOwners(shards: readonly { readonly primaryId: NodeId; readonly ranges: SlotRanges }[]): Owners {
  return ownersOf(shards.map(({ primaryId: id, ranges }) => ({ id, ranges })));
}

/** Ranges of each owner; slots of nobody under `undefined`. */
export function rangesByOwner(owners: Owners): ReadonlyMap<NodeId | undefined, SlotRange[]> {
  const out = new Map<NodeId | undefined, SlotRange[]>();
  let first = 0;
  for (let slot = 1; slot <= SLOT_COUNT; slot++) {
    const owner = owners[first];
    if (slot < SLOT_COUNT && owners[slot] === owner) continue;
    const ranges = out.get(owner);
    if (ranges) ranges.push([first, slot - 1]);
    else out.set(owner, [[first, slot - 1]]);
    first = slot;
  }
  return out;
}

export type Change = {
  readonly from: NodeId | undefined;
  readonly to: NodeId | undefined;
  readonly ranges: SlotRange[];
};

/** Where two owner maps differ, one entry for each pair of owners, lowest slot first. */
export function ownerChanges(before: Owners, after: Owners): Change[] {
  const changes = new Map<string, Change>();
  for (let slot = 0; slot < SLOT_COUNT; slot++) {
    const [from, to] = [before[slot], after[slot]];
    if (from === to) continue;
    const key = `${from}>${to}`;
    const change = changes.get(key) ?? { from, to, ranges: [] };
    changes.set(key, change);
    const last = change.ranges.at(-1);
    if (last && last[1] === slot - 1) change.ranges[change.ranges.length - 1] = [last[0], slot];
    else change.ranges.push([slot, slot]);
  }
  return [...changes.values()];
}

const keys = new WeakMap<SlotRanges, string>();

/** A text that is equal exactly when two normal range lists are; remembered for lists that are asked for again. */
export function rangesKey(ranges: SlotRanges): string {
  const known = keys.get(ranges);
  if (known !== undefined) return known;
  const key = ranges.map(([first, last]) => `${first}-${last}`).join();
  keys.set(ranges, key);
  return key;
}
