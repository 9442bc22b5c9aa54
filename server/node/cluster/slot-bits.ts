import { SLOT_COUNT, type SlotRange } from "@/lib/cluster/slots";

export const SLOT_BYTES = SLOT_COUNT / 8;

/** A set of slots as the bus carries it: bit n of 16384, the lowest bit of a byte first. Its size is known at any moment. */
export class SlotBits {
  readonly bytes = Buffer.alloc(SLOT_BYTES);
  #count = 0;
  /** As last asked for; undefined: changed since. */
  #ranges: readonly SlotRange[] | undefined;

  get count(): number {
    return this.#count;
  }

  has(slot: number): boolean {
    return hasBit(this.bytes, slot);
  }

  /** Whether it is new. */
  add(slot: number): boolean {
    if (this.has(slot)) return false;
    this.bytes[slot >> 3] = (this.bytes[slot >> 3] ?? 0) | (1 << (slot & 7));
    this.#count++;
    this.#ranges = undefined;
    return true;
  }

  remove(slot: number): boolean {
    if (!this.has(slot)) return false;
    this.bytes[slot >> 3] = (this.bytes[slot >> 3] ?? 0) & ~(1 << (slot & 7));
    this.#count--;
    this.#ranges = undefined;
    return true;
  }

  ranges(): readonly SlotRange[] {
    this.#ranges ??= this.#findRanges();
    return this.#ranges;
  }

  #findRanges(): readonly SlotRange[] {
    const ranges: [number, number][] = [];
    for (const slot of slotsOf(this.bytes)) {
      const last = ranges.at(-1);
      if (last && last[1] === slot - 1) last[1] = slot;
      else ranges.push([slot, slot]);
    }
    return ranges;
  }
}

export const hasBit = (bytes: Buffer, slot: number): boolean => ((bytes[slot >> 3] ?? 0) & (1 << (slot & 7))) !== 0;

export function* slotsOf(bytes: Buffer): Generator<number> {
  for (let byte = 0; byte < SLOT_BYTES; byte++) {
    if (bytes[byte] === 0) continue;
    for (let bit = 0; bit < 8; bit++) if (((bytes[byte] ?? 0) & (1 << bit)) !== 0) yield byte * 8 + bit;
  }
}
