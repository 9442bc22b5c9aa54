/**
 * The arithmetic that redis does for INCRBYFLOAT: x86's extended precision, 64 bits of mantissa, and its print with 17 places.
 * A number is `mantissa × 2^exponent`; exponents stay far inside what the hardware has, because what is beyond a double is refused.
 */
export type LongDouble = { readonly mantissa: bigint; readonly exponent: number };

const BITS = 64;
const PLACES = 17;
const DECIMAL = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d{1,4}))?$/;

/** Undefined: it is no decimal number, or one whose size no double has. */
export function readLongDouble(text: string): LongDouble | undefined {
  const match = DECIMAL.exec(text);
  const [, sign, whole = "", part = "", power = "0"] = match ?? [];
  if (!match || whole + part === "" || text.length > 256) return undefined;
  const shift = Number(power) - part.length;
  if (Math.abs(Number(power)) > 308) return undefined;
  const digits = BigInt(whole + part) * (sign === "-" ? -1n : 1n);
  return shift >= 0 ? rounded(digits * 10n ** BigInt(shift), 1n) : rounded(digits, 10n ** BigInt(-shift));
}

export function addLongDoubles(a: LongDouble, b: LongDouble): LongDouble {
  const exponent = Math.min(a.exponent, b.exponent);
  const sum = (a.mantissa << BigInt(a.exponent - exponent)) + (b.mantissa << BigInt(b.exponent - exponent));
  const { mantissa, exponent: scale } = rounded(sum, 1n);
  return { mantissa, exponent: scale + exponent };
}

/** Exactly. Throws RangeError for what is no number. */
export function longDoubleOf(value: number): LongDouble {
  let exponent = 0;
  let mantissa = value;
  for (; !Number.isInteger(mantissa) && exponent > -1100; exponent--) mantissa *= 2;
  return { mantissa: BigInt(mantissa), exponent };
}

/** Without the zeros at its end. */
export function longDoubleText({ mantissa, exponent }: LongDouble): string {
  const scaled = mantissa * 10n ** BigInt(PLACES);
  const value = exponent >= 0 ? scaled << BigInt(exponent) : divided(scaled, 1n << BigInt(-exponent));
  const digits = (value < 0n ? -value : value).toString().padStart(PLACES + 1, "0");
  const text = `${digits.slice(0, -PLACES)}.${digits.slice(-PLACES)}`.replace(/\.?0+$/, "");
  return value < 0n ? `-${text}` : text;
}

/** The nearest with so many bits; of two as near the even one. */
function rounded(value: bigint, divisor: bigint): LongDouble {
  if (value === 0n) return { mantissa: 0n, exponent: 0 };
  const length = (value < 0n ? -value : value).toString(2).length - divisor.toString(2).length;
  const exponent = length - BITS;
  const mantissa =
    exponent >= 0 ? divided(value, divisor << BigInt(exponent)) : divided(value << BigInt(-exponent), divisor);
  const isLong = (mantissa < 0n ? -mantissa : mantissa) >> BigInt(BITS) > 0n;
  if (!isLong) return { mantissa, exponent };
  const up = exponent + 1;
  return {
    mantissa: up >= 0 ? divided(value, divisor << BigInt(up)) : divided(value << BigInt(-up), divisor),
    exponent: up,
  };
}

function divided(value: bigint, by: bigint): bigint {
  const isNegative = value < 0n;
  const size = isNegative ? -value : value;
  const quotient = size / by;
  const twice = (size % by) * 2n;
  const up = twice > by || (twice === by && quotient % 2n === 1n) ? quotient + 1n : quotient;
  return isNegative ? -up : up;
}
