import { z } from "zod";
import type { Of } from "@/lib/of";

const MINUTE_MS = 60_000;
const DAY_MIN = 24 * 60;

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "a time of day is HH:MM, in UTC");

/** Every day from one time to the other, in UTC, over midnight too. Time zones that shift twice a year are left out. */
export const dailyWindowSchema = z
  .object({ from: clock, to: clock })
  .refine(({ from, to }) => from !== to, "a window ends at another time than it begins");
export type DailyWindow = Of<typeof dailyWindowSchema>;

/** When a confirmed plan may run: not before a moment, and only inside a window. */
export const scheduleSchema = z
  .object({ atMs: z.number().int().optional(), window: dailyWindowSchema.optional() })
  .refine(({ atMs, window }) => atMs !== undefined || window !== undefined, "name a time, or a window");
export type Schedule = Of<typeof scheduleSchema>;

const minutesOf = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));

/** Minutes since the window opened; below its length it is open. */
function sinceOpening({ from }: DailyWindow, atMs: number): number {
  const minute = (atMs / MINUTE_MS) % DAY_MIN;
  return (minute - minutesOf(from) + DAY_MIN) % DAY_MIN;
}

const lengthOf = ({ from, to }: DailyWindow): number => (minutesOf(to) - minutesOf(from) + DAY_MIN) % DAY_MIN;

export const isOpen = (window: DailyWindow, atMs: number): boolean => sinceOpening(window, atMs) < lengthOf(window);

/** May it run now? */
export function isDue({ atMs, window }: Schedule, nowMs: number): boolean {
  return (atMs === undefined || nowMs >= atMs) && (window === undefined || isOpen(window, nowMs));
}

/** The first moment from now on at which it may run. */
export function nextMs({ atMs, window }: Schedule, nowMs: number): number {
  const from = Math.max(nowMs, atMs ?? nowMs);
  if (!window || isOpen(window, from)) return from;
  return Math.ceil(from + (DAY_MIN - sinceOpening(window, from)) * MINUTE_MS);
}
