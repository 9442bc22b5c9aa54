import type { Cursor } from "./cursor";
import { damaged, Short } from "./damage";
import type { Part } from "./layouts";

type Frame = { readonly parts: readonly Part[]; index: number; times: number };

/** Tags of an array's elements: strings of two kinds, an integer, a double. */
const ARRAY_NUMBERS = new Set([1, 2]);
const MODULE = { end: 0, signed: 1, unsigned: 2, float: 3, double: 4, string: 5 } as const;

/**
 * Walks over values by their layout, wherever the bytes at hand end: a walk that was `Short` goes on where it stood as
 * soon as there is more, so no byte is looked at twice and none has to be kept. It counts what it is told and believes
 * nothing: a promise of a million elements costs nothing until they come.
 */
export class Skipper {
  readonly #frames: Frame[] = [];
  /** Bytes of the part that is being passed over and are not here yet. */
  #left = 0;

  /** Bytes that the value has at least, beyond where the cursor stands. */
  get owed(): number {
    return this.#left;
  }

  start(parts: readonly Part[]): void {
    this.#frames.length = 0;
    this.#frames.push({ parts, index: 0, times: 1 });
    this.#left = 0;
  }

  /** Returns at the end of the value; throws `Short` where the bytes end before it. */
  run(cursor: Cursor): void {
    for (let frame = this.#frames.at(-1); frame; frame = this.#frames.at(-1)) {
      if (this.#left > 0) this.#pass(cursor);
      if (frame.index === frame.parts.length) {
        frame.index = 0;
        frame.times--;
      }
      if (frame.times === 0) {
        this.#frames.pop();
        continue;
      }
      const start = cursor.at;
      try {
        this.#part(frame, frame.parts[frame.index] as Part, cursor);
      } catch (error) {
        cursor.at = start;
        throw error;
      }
    }
  }

  /** One part up to the bytes it only says the number of: what is read here is small, and read again when it was cut. */
  #part(frame: Frame, part: Part, cursor: Cursor): void {
    if (typeof part === "number") this.#left = part;
    else if (part === "string") this.#left = cursor.stringHead("a string");
    else if (part === "length") cursor.unsigned("a number");
    else if (part === "textDouble") this.#left = textDoubleBytes(cursor.byte("a score"));
    else if (part === "module") {
      if (this.#modulePart(cursor)) frame.index++;
      return;
    } else if (part === "array") this.#arrayHead(frame, cursor);
    else if (part === "element") this.#element(cursor);
    else this.#enter(part.each, cursor.length("a count"));
    if (part !== "array") frame.index++;
  }

  #enter(parts: readonly Part[], times: number): void {
    if (times > 0) this.#frames.push({ parts, index: 0, times });
  }

  /** How many elements, whether there is a place to insert (0 or 1) and which, then the elements. */
  #arrayHead(frame: Frame, cursor: Cursor): void {
    const count = cursor.length("a count");
    if (cursor.length("whether the array has an insert index") > 0) cursor.unsigned("an insert index");
    frame.index++;
    this.#enter(["element"], count);
  }

  #element(cursor: Cursor): void {
    cursor.unsigned("an index");
    const tag = cursor.length("the kind of an element");
    if (tag > 3) throw damaged(cursor.offset, "the kind of an array's element, 0 to 3", String(tag));
    this.#left = ARRAY_NUMBERS.has(tag) ? 8 : cursor.stringHead("an element");
  }

  /** Modules write each number and string behind a code, so that it can be passed over by who does not know the module. */
  #modulePart(cursor: Cursor): boolean {
    const code = cursor.length("a code of a module's data");
    if (code === MODULE.end) return true;
    if (code === MODULE.signed || code === MODULE.unsigned) cursor.unsigned("a module's number");
    else if (code === MODULE.float) this.#left = 4;
    else if (code === MODULE.double) this.#left = 8;
    else if (code === MODULE.string) this.#left = cursor.stringHead("a module's string");
    else throw damaged(cursor.offset, "a code of a module's data, 0 to 5", String(code));
    return false;
  }

  #pass(cursor: Cursor): void {
    const step = Math.min(this.#left, cursor.left);
    cursor.at += step;
    this.#left -= step;
    if (this.#left > 0) throw new Short(cursor.offset, `${this.#left} more bytes`);
  }
}

/** A score of the time before version 8: its digits behind their number; 253, 254 and 255 stand for nan, inf and -inf. */
const textDoubleBytes = (length: number): number => (length >= 253 ? 0 : length);
