const SMALLEST = 8;

/** A list's items in a ring: both ends in constant time, any place by index; a change inside moves the shorter side. */
export class Deque {
  #ring: (Buffer | undefined)[] = new Array(SMALLEST).fill(undefined);
  #head = 0;
  #length = 0;
  #bytes = 0;

  static of(items: Iterable<Buffer>): Deque {
    const deque = new Deque();
    for (const item of items) deque.pushTail(item);
    return deque;
  }

  get length(): number {
    return this.#length;
  }

  /** Of all items together. */
  get bytes(): number {
    return this.#bytes;
  }

  at(index: number): Buffer | undefined {
    return index >= 0 && index < this.#length ? this.#ring[this.#place(index)] : undefined;
  }

  pushHead(item: Buffer): void {
    this.#grow();
    this.#head = (this.#head - 1) & (this.#ring.length - 1);
    this.#ring[this.#head] = item;
    this.#length++;
    this.#bytes += item.length;
  }

  pushTail(item: Buffer): void {
    this.#grow();
    this.#ring[this.#place(this.#length++)] = item;
    this.#bytes += item.length;
  }

  popHead(): Buffer | undefined {
    if (this.#length === 0) return undefined;
    const item = this.#ring[this.#head];
    this.#ring[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#ring.length - 1);
    return this.#taken(item);
  }

  popTail(): Buffer | undefined {
    if (this.#length === 0) return undefined;
    const place = this.#place(this.#length - 1);
    const item = this.#ring[place];
    this.#ring[place] = undefined;
    return this.#taken(item);
  }

  replace(index: number, item: Buffer): void {
    const old = this.at(index);
    if (!old) throw new RangeError(`no item ${index} of ${this.#length}`);
    this.#bytes += item.length - old.length;
    this.#ring[this.#place(index)] = item;
  }

  /** Behind it stand the items from `index` on. */
  insert(index: number, item: Buffer): void {
    if (index < this.#length / 2) {
      this.pushHead(item);
      for (let at = 0; at < index; at++) this.#move(at + 1, at);
    } else {
      this.pushTail(item);
      for (let at = this.#length - 1; at > index; at--) this.#move(at - 1, at);
    }
    this.#ring[this.#place(index)] = item;
  }

  remove(index: number): void {
    const old = this.at(index);
    if (!old) return;
    if (index < this.#length / 2) {
      for (let at = index; at > 0; at--) this.#move(at - 1, at);
      this.#ring[this.#head] = old;
      this.popHead();
    } else {
      for (let at = index; at < this.#length - 1; at++) this.#move(at + 1, at);
      this.#ring[this.#place(this.#length - 1)] = old;
      this.popTail();
    }
  }

  /** From `first` to `last`, both among them, as far as there are any. */
  range(first: number, last: number): readonly Buffer[] {
    const from = Math.max(0, first);
    const items: Buffer[] = [];
    for (let at = from; at <= last && at < this.#length; at++) items.push(this.#ring[this.#place(at)] as Buffer);
    return items;
  }

  *[Symbol.iterator](): Iterator<Buffer> {
    for (let at = 0; at < this.#length; at++) yield this.#ring[this.#place(at)] as Buffer;
  }

  /** Keeps what `isKept` says, in order, and tells how many went. */
  filter(isKept: (item: Buffer) => boolean): number {
    const kept = this.range(0, this.#length - 1).filter(isKept);
    const gone = this.#length - kept.length;
    if (gone > 0) this.#become(kept);
    return gone;
  }

  /** Lets go of all but `first` to `last`. */
  keep(first: number, last: number): void {
    const from = Math.max(0, first);
    const left = Math.max(0, Math.min(last, this.#length - 1) - from + 1);
    if (left < this.#length / 2) {
      this.#become(left === 0 ? [] : this.range(from, from + left - 1));
      return;
    }
    for (let at = 0; at < from; at++) this.popHead();
    while (this.#length > left) this.popTail();
  }

  #become(items: readonly Buffer[]): void {
    let size = SMALLEST;
    while (size < items.length) size *= 2;
    this.#ring = new Array(size).fill(undefined);
    this.#head = 0;
    this.#length = 0;
    this.#bytes = 0;
    for (const item of items) this.pushTail(item);
  }

  #place(index: number): number {
    return (this.#head + index) & (this.#ring.length - 1);
  }

  #move(from: number, to: number): void {
    this.#ring[this.#place(to)] = this.#ring[this.#place(from)];
  }

  #taken(item: Buffer | undefined): Buffer | undefined {
    this.#length--;
    this.#bytes -= item?.length ?? 0;
    if (this.#ring.length > SMALLEST && this.#length < this.#ring.length / 4) this.#resize(this.#ring.length / 2);
    return item;
  }

  #grow(): void {
    if (this.#length === this.#ring.length) this.#resize(this.#ring.length * 2);
  }

  #resize(size: number): void {
    const ring: (Buffer | undefined)[] = new Array(size).fill(undefined);
    for (let at = 0; at < this.#length; at++) ring[at] = this.#ring[this.#place(at)];
    this.#ring = ring;
    this.#head = 0;
  }
}
