import { HEADER_BYTES, REGISTERS } from "./layout";

/**
 * Registers as runs: `00nnnnnn` up to 64 zeros, `01nnnnnn nnnnnnnn` up to 16384 of them, `1vvvvvnn` up to four of one value of
 * up to 32. One is set by splitting the run that it is in, and then joining equal neighbours, of five runs at most: redis does
 * just so much, and the bytes must be its own.
 */
export const MOST_VALUE = 32;
const MOST_SHORT_ZEROS = 64;
const MOST_EQUALS = 4;
const JOINED_RUNS = 5;

export type Run = { readonly value: number; readonly length: number; readonly bytes: number };

const isValue = (byte: number): boolean => (byte & 0x80) !== 0;
const isLong = (byte: number): boolean => (byte & 0xc0) === 0x40;

export function runAt(bytes: Buffer, at: number): Run {
  const byte = bytes[at] ?? 0;
  if (isValue(byte)) return { value: ((byte >>> 2) & 0x1f) + 1, length: (byte & 3) + 1, bytes: 1 };
  if (isLong(byte)) return { value: 0, length: (((byte & 0x3f) << 8) | (bytes[at + 1] ?? 0)) + 1, bytes: 2 };
  return { value: 0, length: (byte & 0x3f) + 1, bytes: 1 };
}

export const valueByte = (value: number, length: number): number => 0x80 | ((value - 1) << 2) | (length - 1);

export function zeros(length: number): readonly number[] {
  if (length === 0) return [];
  if (length <= MOST_SHORT_ZEROS) return [length - 1];
  return [0x40 | ((length - 1) >>> 8), (length - 1) & 0xff];
}

const run = (value: number, length: number): readonly number[] => {
  if (value === 0) return zeros(length);
  return length === 0 ? [] : [valueByte(value, length)];
};

/** Undefined: its runs are not of 16384 registers. */
export function registersOf(bytes: Buffer): Uint8Array | undefined {
  const registers = new Uint8Array(REGISTERS);
  let first = 0;
  for (let at = HEADER_BYTES; at < bytes.length; ) {
    const { value, length, bytes: size } = runAt(bytes, at);
    if (first + length > REGISTERS || at + size > bytes.length) return undefined;
    if (value > 0) registers.fill(value, first, first + length);
    first += length;
    at += size;
  }
  return first === REGISTERS ? registers : undefined;
}

/** As PFDEBUG prints them: `z:3 Z:200 v:1,2`. */
export function runsText(bytes: Buffer): string {
  const words: string[] = [];
  for (let at = HEADER_BYTES; at < bytes.length; ) {
    const { value, length, bytes: size } = runAt(bytes, at);
    words.push(value > 0 ? `v:${value},${length}` : `${size === 1 ? "z" : "Z"}:${length}`);
    at += size;
  }
  return words.join(" ");
}

type Place = { readonly at: number; readonly before: number; readonly first: number };

/** The run that a register is in, and the one before it. */
function find(bytes: Buffer, register: number): Place | undefined {
  let before = HEADER_BYTES;
  let first = 0;
  for (let at = HEADER_BYTES; at < bytes.length; ) {
    const { length, bytes: size } = runAt(bytes, at);
    if (register < first + length) return { at, before, first };
    before = at;
    at += size;
    first += length;
  }
  return undefined;
}

/** What comes of it: other bytes; `same`: the register has as much; `full`: it must become dense; `broken`. */
export function setSparse(
  bytes: Buffer,
  { register, value, mostBytes }: { readonly register: number; readonly value: number; readonly mostBytes: number },
): Buffer | "same" | "full" | "broken" {
  if (value > MOST_VALUE) return "full";
  const place = find(bytes, register);
  if (!place) return "broken";
  const old = runAt(bytes, place.at);
  if (old.value >= value) return "same";
  const after = place.first + old.length - 1 - register;
  const split = [...run(old.value, register - place.first), valueByte(value, 1), ...run(old.value, after)];
  const growth = split.length - old.bytes;
  if (growth > 0 && bytes.length + growth > mostBytes) return "full";
  const end = place.at + old.bytes;
  const made = Buffer.concat([bytes.subarray(0, place.at), Buffer.from(split), bytes.subarray(end)]);
  return joined(made, place.before);
}

/** Equal values side by side, from the run before the changed one on. */
function joined(bytes: Buffer, from: number): Buffer {
  let end = bytes.length;
  let at = from;
  for (let left = JOINED_RUNS; left > 0 && at < end; left--) {
    const here = bytes[at] ?? 0;
    const next = bytes[at + 1] ?? 0;
    if (isValue(here) && at + 1 < end && isValue(next)) {
      const [a, b] = [runAt(bytes, at), runAt(bytes, at + 1)];
      if (a.value === b.value && a.length + b.length <= MOST_EQUALS) {
        bytes[at + 1] = valueByte(a.value, a.length + b.length);
        bytes.copyWithin(at, at + 1, end);
        end--;
        continue;
      }
    }
    at += isLong(here) ? 2 : 1;
  }
  return bytes.subarray(0, end);
}
