/** Numbers as the screens show them (DESIGN: Numbers). U+202F keeps thousands and units together on one line. */
export const THIN = "\u202f";
export const UNKNOWN = "—";

const minus = (text: string): string => text.replace("-", "−");

/** 16384 gives `16 384`. */
export function formatCount(value: number): string {
  return minus(Math.round(value).toString()).replace(/\B(?=(\d{3})+(?!\d))/g, THIN);
}

/** Three significant digits: 2.21, 96.4, 118. */
export function formatSignificant(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return "0";
  // Judged as it will be rounded: 9.996 is 10.0, not 10.00.
  if (size >= 99.95) return formatCount(value);
  return minus(value.toFixed(size >= 9.995 ? 1 : 2));
}

export type Quantity = { readonly value: string; readonly unit: string };

const byteUnits = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;

export function splitBytes(bytes: number): Quantity {
  let size = Math.abs(bytes);
  let step = 0;
  while (size >= 999.5 && step < byteUnits.length - 1) {
    size /= 1024;
    step++;
  }
  const sign = bytes < 0 ? "−" : "";
  return { value: sign + (step === 0 ? formatCount(size) : formatSignificant(size)), unit: byteUnits[step] ?? "B" };
}

/** `96.4 MiB`. */
export function formatBytes(bytes: number): string {
  const { value, unit } = splitBytes(bytes);
  return `${value}${THIN}${unit}`;
}

/** `41.2 k`, `1.20 M`; whole below 1000. */
export function splitShort(value: number): Quantity {
  const size = Math.abs(value);
  if (size < 999.5)
    return { value: size < 10 && !Number.isInteger(value) ? minus(value.toFixed(1)) : formatCount(value), unit: "" };
  if (size < 999_500) return { value: formatSignificant(value / 1e3), unit: "k" };
  if (size < 999_500_000) return { value: formatSignificant(value / 1e6), unit: "M" };
  return { value: formatSignificant(value / 1e9), unit: "G" };
}

export function formatShort(value: number): string {
  const { value: text, unit } = splitShort(value);
  return unit ? `${text}${THIN}${unit}` : text;
}

/** A measured time: `0.31 ms`, `408 ms`, `5 004 ms`, then `12.4 s`, `4 min 8 s`. */
export function formatMs(ms: number): string {
  if (ms < 10) return `${formatSignificant(ms)}${THIN}ms`;
  if (ms < 10_000) return `${formatCount(ms)}${THIN}ms`;
  return formatAge(ms);
}

/** An age or a wait: `0.4 s`, `12.4 s`, `4 min 8 s`, `3 h 12 min`, `2 d 4 h`. Never negative. */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 59.95) return `${seconds.toFixed(1)}${THIN}s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return pair(Math.floor(whole / 60), "min", whole % 60, "s");
  const minutes = Math.round(whole / 60);
  if (minutes < 1440) return pair(Math.floor(minutes / 60), "h", minutes % 60, "min");
  const hours = Math.round(minutes / 60);
  return pair(Math.floor(hours / 24), "d", hours % 24, "h");
}

function pair(big: number, bigUnit: string, small: number, smallUnit: string): string {
  const head = `${formatCount(big)}${THIN}${bigUnit}`;
  return small === 0 ? head : `${head} ${small}${THIN}${smallUnit}`;
}

/** `22.6 %`; for small sets say "11 of 14" instead. */
export function formatPercent(part: number, whole: number): string {
  if (whole === 0) return UNKNOWN;
  return `${formatFraction(part / whole)}${THIN}%`;
}

function formatFraction(fraction: number): string {
  const percent = fraction * 100;
  // 99.96 must not read as 100.0 while something is missing.
  if (percent < 100 && percent > 99.9) return "99.9";
  return Number.isInteger(percent) ? formatCount(percent) : minus(percent.toFixed(1));
}

const two = (value: number): string => value.toString().padStart(2, "0");

/** Local time of day, `03:07:12`. */
export function formatTime(ms: number): string {
  const date = new Date(ms);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** `03:07:12.418`. */
export function formatTimeMs(ms: number): string {
  return `${formatTime(ms)}.${(Math.floor(ms) % 1000).toString().padStart(3, "0")}`;
}

/** `2026-11-21 03:07:12`. */
export function formatDateTime(ms: number): string {
  const date = new Date(ms);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${formatTime(ms)}`;
}

export const plural = (count: number, one: string, many: string): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;
