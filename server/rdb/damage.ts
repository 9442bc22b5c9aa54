import type { OpsError } from "@/lib/errors";
import { refuse } from "@/server/refuse";

/** The bytes that are here end before what was expected. More may come: whoever knows that none will says `cutOff`. */
export class Short extends Error {
  readonly offset: number;
  readonly expected: string;

  constructor(offset: number, expected: string) {
    super(`byte ${offset}: ${expected}`);
    this.name = "Short";
    this.offset = offset;
    this.expected = expected;
  }
}

export const damaged = (offset: number, expected: string, found: string): OpsError =>
  refuse("invalid", "rdbDamaged", { offset, expected, found });

export const cutOff = ({ offset, expected }: Short): OpsError => refuse("invalid", "rdbCutOff", { offset, expected });

/** For data that is all here. */
export function whole<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof Short ? cutOff(error) : error;
  }
}

const LONGEST_NAME = 100;

/** A key as a person reads it: printable ASCII as it is, all else escaped, cut where it is long. */
export function nameOf(key: Buffer): string {
  let text = "";
  for (const byte of key.subarray(0, LONGEST_NAME))
    text += byte >= 0x20 && byte < 0x7f && byte !== 0x5c ? String.fromCharCode(byte) : `\\x${hex(byte)}`;
  return key.length > LONGEST_NAME ? `${text}…` : text;
}

export const hex = (byte: number): string => byte.toString(16).padStart(2, "0");
