/** Up to here a removal keeps the order, as a listpack does. */
const ORDERED = 128;

/**
 * Names and what they stand for, dense: any of them by its place in constant time, which is what SPOP and HRANDFIELD choose
 * by. A removed one's place is taken by the last.
 *
 * Whoever walks from the last place down to the first, between any changes, sees all that was there throughout: only what he
 * has seen comes down to him. That is what SSCAN promises, and needs no memory of the walk.
 */
export class Dict<V> {
  readonly #places = new Map<string, number>();
  readonly #names: string[] = [];
  readonly #values: V[] = [];

  get size(): number {
    return this.#names.length;
  }

  has(name: string): boolean {
    return this.#places.has(name);
  }

  get(name: string): V | undefined {
    const place = this.#places.get(name);
    return place === undefined ? undefined : this.#values[place];
  }

  /** Whether the name is new. */
  set(name: string, value: V): boolean {
    const place = this.#places.get(name);
    if (place !== undefined) {
      this.#values[place] = value;
      return false;
    }
    this.#places.set(name, this.#names.length);
    this.#names.push(name);
    this.#values.push(value);
    return true;
  }

  delete(name: string): boolean {
    const place = this.#places.get(name);
    if (place === undefined) return false;
    this.#places.delete(name);
    const last = this.#names.length - 1;
    if (last < ORDERED) this.#closeGap(place);
    else {
      if (place < last) this.#put(place, last);
      this.#names.pop();
      this.#values.pop();
    }
    return true;
  }

  nameAt(place: number): string | undefined {
    return this.#names[place];
  }

  valueAt(place: number): V | undefined {
    return this.#values[place];
  }

  get names(): readonly string[] {
    return this.#names;
  }

  get values(): readonly V[] {
    return this.#values;
  }

  *[Symbol.iterator](): Iterator<readonly [string, V]> {
    for (let place = 0; place < this.#names.length; place++)
      yield [this.#names[place] as string, this.#values[place] as V];
  }

  #put(place: number, from: number): void {
    const name = this.#names[from] as string;
    this.#names[place] = name;
    this.#values[place] = this.#values[from] as V;
    this.#places.set(name, place);
  }

  #closeGap(place: number): void {
    this.#names.splice(place, 1);
    this.#values.splice(place, 1);
    for (let at = place; at < this.#names.length; at++) this.#places.set(this.#names[at] as string, at);
  }
}
