import { Cursor } from "./cursor";

/**
 * The bytes at hand: chunks put together only as far as something reaches over their border. Bytes that were given out as
 * views are never written again: what is appended goes behind them, or into new memory. That is at most twice what is
 * kept, so nothing is allocated that the input has not paid for, and no more than is owed where that is known.
 */
export class Window {
  readonly cursor = new Cursor(Buffer.alloc(0));
  #store = this.cursor.bytes;

  /** Appends a chunk; what stands before `keep` (a place in the cursor's bytes) is let go of. At least `owed` more will come. */
  append(chunk: Buffer, keep: number, owed = 0): void {
    const { cursor } = this;
    const end = cursor.bytes.length;
    const kept = end - keep;
    if (kept === 0) this.#become(chunk, chunk.length, end);
    else if (this.#store.length - end >= chunk.length) {
      chunk.copy(this.#store, end);
      cursor.bytes = this.#store.subarray(0, end + chunk.length);
    } else {
      const double = owed > 0 ? Math.min(kept * 2, kept + owed) : kept * 2;
      const store = Buffer.allocUnsafeSlow(Math.max(double, kept + chunk.length));
      cursor.bytes.copy(store, 0, keep);
      chunk.copy(store, kept);
      this.#become(store, kept + chunk.length, keep);
    }
  }

  #become(store: Buffer, length: number, gone: number): void {
    this.#store = store;
    this.cursor.bytes = length === store.length ? store : store.subarray(0, length);
    this.cursor.at -= gone;
    this.cursor.base += gone;
  }
}
