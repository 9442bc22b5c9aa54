import { CommandError, notInteger } from "../command";

const MOST = 2n ** 63n - 1n;
const LEAST = -(2n ** 63n);

/** As redis reads an integer of 64 bits: no spaces, no plus, no zeros before it. Undefined: it is none. */
export function readInteger(bytes: Buffer | undefined): bigint | undefined {
  if (!bytes || bytes.length === 0 || bytes.length > 20) return undefined;
  const text = bytes.toString("latin1");
  if (!/^(0|-?[1-9]\d*)$/.test(text)) return undefined;
  const value = BigInt(text);
  return value >= LEAST && value <= MOST ? value : undefined;
}

export function integerOf(bytes: Buffer | undefined, error: () => CommandError = notInteger): bigint {
  const value = readInteger(bytes);
  if (value === undefined) throw error();
  return value;
}

/** An integer that fits a number; what is beyond 2^53 is not exact, and is only compared or refused. */
export const numberOf = (bytes: Buffer | undefined, error?: () => CommandError): number =>
  Number(integerOf(bytes, error));

export const isWithin64 = (value: bigint): boolean => value >= LEAST && value <= MOST;

/** A double as redis reads one; NaN and what goes on behind the number are none. */
export function readDouble(bytes: Buffer | undefined): number | undefined {
  const text = bytes?.toString("latin1") ?? "";
  if (/^[+-]?inf(inity)?$/i.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return undefined;
  return Number(text);
}

export const upper = (bytes: Buffer | undefined): string => bytes?.toString("latin1").toUpperCase() ?? "";

export const invalidExpire = (name: string) => new CommandError(`ERR invalid expire time in '${name}' command`);
