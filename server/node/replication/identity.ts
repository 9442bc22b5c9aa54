import type { World } from "../world";

const ID_BYTES = 20;
export const NO_ID = "0".repeat(2 * ID_BYTES);

/**
 * Whose history the data is: a replication ID, and the one before it up to a place. A replica that becomes a primary takes a
 * new ID and remembers the old, so that whoever followed the same primary goes on from where it was, without a full copy.
 */
export class Identity {
  readonly #world: World;
  id: string;
  previousId = NO_ID;
  /** As PSYNC counts: the first byte that is no longer of `previousId`. −1: there is none before. */
  previousUntil = -1;

  constructor(world: World) {
    this.#world = world;
    this.id = this.#fresh();
  }

  /** Nothing that others hold goes on from here. */
  renew(): void {
    this.adopt(this.#fresh());
  }

  /** Another's history, whole. */
  adopt(id: string): void {
    this.id = id;
    this.previousId = NO_ID;
    this.previousUntil = -1;
  }

  /** A new history that begins where this one stands; what stands before stays the same. */
  shift(place: number, id = this.#fresh()): void {
    this.previousId = this.id;
    this.previousUntil = place + 1;
    this.id = id;
  }

  /** `asked` is the number of the next byte that the other wants. */
  covers(id: string, asked: number): boolean {
    const wanted = id.toLowerCase();
    return wanted === this.id || (wanted === this.previousId && wanted !== NO_ID && asked <= this.previousUntil);
  }

  #fresh(): string {
    return this.#world.randomBytes(ID_BYTES).toString("hex");
  }
}
