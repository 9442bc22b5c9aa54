import { CommandError } from "../command";

/** What redis writes behind the point, before it takes the zeros off. */
const PLACES = 17n;
/** Of an x86 long double, in which redis adds. */
const MANTISSA_BITS = 64;
const MOST_DIGITS = 400;
const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,6}))?$/i;

/** `mantissa` · 2^`power`. */
type Binary = { readonly mantissa: bigint; readonly power: number };

const notFinite = () => new CommandError("ERR value is NaN or Infinity");

/** The increment of HINCRBYFLOAT, judged before the key is looked at. */
export function readIncrement(bytes: Buffer): Binary {
  return parse(bytes, "ERR value is not a valid float");
}

/**
 * The sum as redis writes it: both numbers and their sum rounded to what a long double holds, seventeen digits behind the
 * point, no exponent.
 */
export function addTo(held: Buffer, increment: Binary, notFloat: string): string {
  const old = parse(held, notFloat);
  const power = Math.min(old.power, increment.power);
  return print(rounded(shifted(old, power) + shifted(increment, power), 1n, power));
}

const shifted = ({ mantissa, power }: Binary, to: number): bigint => mantissa << BigInt(power - to);

function parse(bytes: Buffer, notFloat: string): Binary {
  const text = bytes.toString("latin1");
  if (/^[+-]?inf(inity)?$/i.test(text)) throw notFinite();
  const match = NUMBER.exec(text);
  const whole = match?.[2] ?? "";
  const fraction = match?.[3] ?? "";
  if (!match || whole.length + fraction.length === 0 || text.length > MOST_DIGITS) throw new CommandError(notFloat);
  const tens = Number(match[4] ?? 0) - fraction.length;
  if (tens > MOST_DIGITS * 2) throw notFinite();
  const digits = BigInt(`${whole}${fraction}`) * (match[1] === "-" ? -1n : 1n);
  if (tens < -MOST_DIGITS * 2) return { mantissa: 0n, power: 0 };
  return tens >= 0 ? rounded(digits * 10n ** BigInt(tens), 1n, 0) : rounded(digits, 10n ** BigInt(-tens), 0);
}

const bitsOf = (value: bigint): number => value.toString(2).length;

/** `above` / `below` · 2^`power` to the nearest of so many bits, the even one of two. */
function rounded(above: bigint, below: bigint, power: number): Binary {
  if (above === 0n) return { mantissa: 0n, power: 0 };
  const size = above < 0n ? -above : above;
  const shift = MANTISSA_BITS - (bitsOf(size) - bitsOf(below));
  const up = shift > 0 ? size << BigInt(shift) : size;
  const down = shift > 0 ? below : below << BigInt(-shift);
  const quotient = nearest(up, down);
  const extra = bitsOf(quotient) - MANTISSA_BITS;
  const kept = extra > 0 ? nearest(up, down << BigInt(extra)) : quotient;
  return { mantissa: above < 0n ? -kept : kept, power: power - shift + Math.max(0, extra) };
}

function nearest(above: bigint, below: bigint): bigint {
  const quotient = above / below;
  const twice = (above % below) * 2n;
  return twice > below || (twice === below && quotient % 2n === 1n) ? quotient + 1n : quotient;
}

function print({ mantissa, power }: Binary): string {
  const size = (mantissa < 0n ? -mantissa : mantissa) * 10n ** PLACES;
  const scaled = power >= 0 ? size << BigInt(power) : nearest(size, 1n << BigInt(-power));
  const digits = scaled.toString().padStart(Number(PLACES) + 1, "0");
  const fraction = digits.slice(-Number(PLACES)).replace(/0+$/, "");
  const text = `${digits.slice(0, -Number(PLACES))}${fraction ? `.${fraction}` : ""}`;
  return mantissa < 0n && text !== "0" ? `-${text}` : text;
}
