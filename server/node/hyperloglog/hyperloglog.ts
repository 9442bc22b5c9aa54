import { putRegister, registerAt } from "./dense";
import { estimate } from "./estimate";
import { countIn, DENSE, DENSE_BYTES, encodingOf, forgetCount, header, REGISTERS, SPARSE, setCount } from "./layout";
import { murmur64 } from "./murmur";
import { registersOf, setSparse, zeros } from "./sparse";

/** Its runs are not of all registers: nobody can say what it holds. */
export class BrokenHyperLogLog extends Error {}

const INDEX_BITS = 14n;
const RANKS = 50n;

/** The register of an element, and how many zeros its hash begins with, and one. */
function placeOf(element: Buffer): { readonly register: number; readonly value: number } {
  const hash = murmur64(element);
  const rest = (hash >> INDEX_BITS) | (1n << RANKS);
  let value = 1;
  for (let bits = rest; (bits & 1n) === 0n; bits >>= 1n) value++;
  return { register: Number(hash & BigInt(REGISTERS - 1)), value };
}

/** A HyperLogLog while a command changes it. Never writes into the bytes that it was made of. */
export class HyperLogLog {
  readonly #mostSparseBytes: number;
  #bytes: Buffer;
  #isOwn = false;

  constructor(bytes: Buffer | undefined, mostSparseBytes: number) {
    this.#mostSparseBytes = mostSparseBytes;
    this.#bytes = bytes ?? Buffer.concat([header(SPARSE), Buffer.from(zeros(REGISTERS))]);
  }

  get bytes(): Buffer {
    return this.#bytes;
  }

  get isDense(): boolean {
    return encodingOf(this.#bytes) === DENSE;
  }

  /** Whether that changed anything. */
  add(element: Buffer): boolean {
    const { register, value } = placeOf(element);
    return this.raise(register, value);
  }

  raise(register: number, value: number): boolean {
    if (!this.isDense) {
      const made = setSparse(this.#bytes, { register, value, mostBytes: this.#mostSparseBytes });
      if (made === "same") return false;
      if (made === "broken") throw new BrokenHyperLogLog();
      if (made !== "full") {
        this.#bytes = made;
        this.#isOwn = true;
        this.forgetCount();
        return true;
      }
      this.makeDense();
    }
    if (registerAt(this.#bytes, register) >= value) return false;
    putRegister(this.#own(), register, value);
    this.forgetCount();
    return true;
  }

  makeDense(): void {
    if (this.isDense) return;
    const registers = this.registers();
    const bytes = Buffer.alloc(DENSE_BYTES);
    header(DENSE, this.#bytes).copy(bytes);
    for (let register = 0; register < REGISTERS; register++)
      if (registers[register] !== 0) putRegister(bytes, register, registers[register] as number);
    this.#bytes = bytes;
    this.#isOwn = true;
  }

  registers(): Uint8Array {
    if (!this.isDense) {
      const registers = registersOf(this.#bytes);
      if (!registers) throw new BrokenHyperLogLog();
      return registers;
    }
    const registers = new Uint8Array(REGISTERS);
    for (let register = 0; register < REGISTERS; register++) registers[register] = registerAt(this.#bytes, register);
    return registers;
  }

  /** As it was last reckoned, or reckoned now and kept: then it is other bytes. */
  count(): bigint {
    const known = countIn(this.#bytes);
    if (known !== undefined) return known;
    const count = estimate(this.registers());
    setCount(this.#own(), count);
    return count;
  }

  forgetCount(): void {
    forgetCount(this.#own());
  }

  #own(): Buffer {
    if (!this.#isOwn) this.#bytes = Buffer.from(this.#bytes);
    this.#isOwn = true;
    return this.#bytes;
  }
}
