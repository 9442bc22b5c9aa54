import { commandSize, type Word, writeCommand } from "../wire/command-bytes";

type Block = { readonly start: number; readonly bytes: Buffer; length: number };

const BLOCK_BYTES = 16 * 1024;
const NOTHING = Buffer.alloc(0);

/**
 * What a primary tells its replicas, as one stream of bytes that all of them and the backlog share: memory is paid once, and
 * each replica is only a place in it. A place is a replication offset: so many bytes were told before. The byte that PSYNC
 * asks for by its number is the one behind the place before it.
 *
 * Bytes that stand are never written again, so views of them may be on their way in any number of sockets.
 */
export class ReplicationStream {
  #blocks: Block[] = [];
  #end: number;

  constructor(start: number) {
    this.#end = start;
  }

  /** The first place from which everything is still here. */
  get start(): number {
    return this.#blocks[0]?.start ?? this.#end;
  }

  get end(): number {
    return this.#end;
  }

  holds(place: number): boolean {
    return place >= this.start && place <= this.#end;
  }

  command(words: readonly Word[]): void {
    const size = commandSize(words);
    const block = this.#roomFor(size);
    block.length = writeCommand(block.bytes, block.length, words);
    this.#end += size;
  }

  append(bytes: Buffer): void {
    const block = this.#roomFor(bytes.length);
    block.length += bytes.copy(block.bytes, block.length);
    this.#end += bytes.length;
  }

  /** A run of what stands behind `place`, as long as one piece of memory has it; none: that is the end. */
  from(place: number): Buffer {
    if (!this.holds(place)) throw new RangeError(`the stream holds ${this.start} to ${this.#end}, not ${place}`);
    let low = 0;
    let high = this.#blocks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#blocks[middle] as Block).start <= place) low = middle;
      else high = middle - 1;
    }
    const block = this.#blocks[low];
    return block ? block.bytes.subarray(place - block.start, block.length) : NOTHING;
  }

  /** Lets go of what stands before `place`, as far as whole pieces of memory become free. */
  trim(place: number): void {
    let gone = 0;
    for (const block of this.#blocks) {
      if (block.start + block.length > place) break;
      gone++;
    }
    if (gone > 0) this.#blocks.splice(0, gone);
  }

  #roomFor(size: number): Block {
    const last = this.#blocks[this.#blocks.length - 1];
    if (last && last.bytes.length - last.length >= size) return last;
    const block: Block = { start: this.#end, bytes: Buffer.allocUnsafeSlow(Math.max(size, BLOCK_BYTES)), length: 0 };
    this.#blocks.push(block);
    return block;
  }
}
