import { AT, FrameRefusal, HEAD_BYTES, SIGNATURE } from "./frame";

/** The largest message taken from a node of the cluster (a published message), and from one not known yet (a MEET). */
export const MEMBER_LIMIT_BYTES = 64 * 1024 * 1024;
export const STRANGER_LIMIT_BYTES = 1024 * 1024;

/** Parts below it are joined: a byte at a time must not cost an object a byte. */
const SMALL_BYTES = 1024;

/** Cuts what comes over one link into whole messages. Holds no more than the limit, and only what has come. */
export class BusReader {
  limitBytes = STRANGER_LIMIT_BYTES;
  #parts: Buffer[] = [];
  #held = 0;

  get heldBytes(): number {
    return this.#held;
  }

  take(bytes: Buffer): void {
    this.#held += bytes.length;
    const last = this.#parts.at(-1);
    if (last && last.length + bytes.length < SMALL_BYTES)
      this.#parts[this.#parts.length - 1] = Buffer.concat([last, bytes]);
    else this.#parts.push(bytes);
  }

  /** Undefined: not whole yet. Throws a broken FrameRefusal: the link is worth nothing more. */
  next(): Buffer | undefined {
    const length = this.#length();
    if (length === undefined || this.#held < length) return undefined;
    const joined = this.#joined();
    this.#held -= length;
    this.#parts = this.#held > 0 ? [joined.subarray(length)] : [];
    return joined.subarray(0, length);
  }

  #length(): number | undefined {
    if (this.#held < AT.version) return undefined;
    const first = (this.#parts[0]?.length ?? 0) < AT.version ? this.#joined() : (this.#parts[0] as Buffer);
    const length = first.readUInt32BE(AT.length);
    if (first.toString("latin1", 0, AT.length) !== SIGNATURE || length < HEAD_BYTES)
      throw new FrameRefusal("Bad message length or signature received from Cluster bus.", { isBroken: true });
    if (length > this.limitBytes)
      throw new FrameRefusal(`The bus announced a message of ${length} bytes, above ${this.limitBytes}.`, {
        isBroken: true,
      });
    return length;
  }

  #joined(): Buffer {
    const joined = this.#parts.length === 1 ? (this.#parts[0] as Buffer) : Buffer.concat(this.#parts, this.#held);
    this.#parts = [joined];
    return joined;
  }
}
