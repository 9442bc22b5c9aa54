import { CommandError } from "../command";
import type { World } from "../world";
import { numberOf } from "./numbers";

const BYTES = 6;

/** From 0 up to `count`, without it. */
export const choose = (world: World, count: number): number => world.randomBytes(BYTES).readUIntBE(0, BYTES) % count;

/** `wanted` different places of `size`, in no order; all of them when there are no more. */
export function chooseSome(world: World, size: number, wanted: number): readonly number[] {
  if (wanted >= size) return Array.from({ length: size }, (_, place) => place);
  if (wanted * 3 < size) {
    const chosen = new Set<number>();
    while (chosen.size < wanted) chosen.add(choose(world, size));
    return [...chosen];
  }
  const places = Array.from({ length: size }, (_, place) => place);
  for (let at = 0; at < wanted; at++) {
    const other = at + choose(world, size - at);
    const place = places[at] as number;
    places[at] = places[other] as number;
    places[other] = place;
  }
  return places.slice(0, wanted);
}

/** Repeated members are made, not held: an answer of more would only fill memory. */
const MOST_REPEATED = 2 ** 24;

/** The count of SRANDMEMBER, HRANDFIELD and ZRANDMEMBER: below zero the same may come more than once. */
export function randomCount(arg: Buffer | undefined): number {
  const count = numberOf(arg);
  if (count < -MOST_REPEATED) throw new CommandError("ERR value is out of range");
  return count;
}

/** Places of members for that count: see `randomCount`. */
export function randomPlaces(
  world: World,
  size: number,
  count: number,
): Iterable<number> & { readonly length: number } {
  if (size === 0 || count === 0) return [];
  if (count > 0) return chooseSome(world, size, count);
  const length = -count;
  return {
    length,
    *[Symbol.iterator]() {
      for (let at = 0; at < length; at++) yield choose(world, size);
    },
  };
}
