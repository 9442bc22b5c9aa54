import { CommandError } from "../command";

/** What redis keeps behind the point when it writes a sum of fractions. */
const PLACES = 17;
const MOST_DIGITS = 400;
const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,6}))?$/i;

const notFloat = (what: string) => new CommandError(`ERR ${what} is not a float`);
const endless = () => new CommandError("ERR increment would produce NaN or Infinity");

/** The sum of two decimal numbers as text: INCRBYFLOAT and HINCRBYFLOAT of 0.1 and 0.2 give 0.3, as the long doubles of redis do. */
export function addDecimals(held: Buffer, increment: Buffer, heldName: string): string {
  const left = parse(held.toString("latin1"), heldName);
  const right = parse(increment.toString("latin1"), "value");
  const sum = left + right;
  const digits = (sum < 0n ? -sum : sum).toString().padStart(PLACES + 1, "0");
  const whole = digits.slice(0, -PLACES);
  const fraction = digits.slice(-PLACES).replace(/0+$/, "");
  return `${sum < 0n ? "-" : ""}${whole}${fraction ? `.${fraction}` : ""}`;
}

function parse(text: string, what: string): bigint {
  if (/^[+-]?inf(inity)?$/i.test(text)) throw endless();
  const match = NUMBER.exec(text);
  const whole = match?.[2] ?? "";
  const fraction = match?.[3] ?? "";
  if (!match || whole.length + fraction.length === 0 || text.length > MOST_DIGITS) throw notFloat(what);
  const shift = Number(match[4] ?? 0) - fraction.length + PLACES;
  if (shift > MOST_DIGITS * 2) throw endless();
  const digits = BigInt(`${whole}${fraction}`);
  const value = shift >= 0 ? digits * 10n ** BigInt(shift) : rounded(digits, -shift);
  return match[1] === "-" ? -value : value;
}

function rounded(digits: bigint, places: number): bigint {
  if (places > MOST_DIGITS * 2) return 0n;
  const unit = 10n ** BigInt(places);
  return (digits + unit / 2n) / unit;
}
