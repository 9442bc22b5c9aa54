/** A list's items: both ends in constant time, any place by index. */
export interface Deque {
  readonly length: number;
  at(index: number): Buffer | undefined;
  pushHead(item: Buffer): void;
  pushTail(item: Buffer): void;
  popHead(): Buffer | undefined;
  popTail(): Buffer | undefined;
  replace(index: number, item: Buffer): void;
  /** Behind it stand the items from `index` on. */
  insert(index: number, item: Buffer): void;
  remove(index: number): void;
  /** From `first` to `last`, both among them. */
  range(first: number, last: number): readonly Buffer[];
}
