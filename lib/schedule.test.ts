import fc from "fast-check";
import { expect, test } from "vitest";
import { isDue, isOpen, nextMs, scheduleSchema } from "./schedule";

const at = (text: string) => Date.parse(`2026-01-05T${text}:00Z`);
const night = { from: "22:00", to: "04:00" };

test("a window over midnight is open on both sides of it, and closed at its end", () => {
  expect(["21:59", "22:00", "23:59", "00:00", "03:59", "04:00"].map((text) => isOpen(night, at(text)))).toEqual([
    false,
    true,
    true,
    true,
    true,
    false,
  ]);
});

test("not before the moment, and only in the window", () => {
  const schedule = { atMs: at("12:00"), window: night };
  expect(isDue(schedule, at("23:00"))).toBe(true);
  expect(isDue(schedule, at("03:00"))).toBe(false);
  expect(nextMs(schedule, at("03:00"))).toBe(at("22:00"));
  expect(nextMs({ atMs: at("12:00") }, at("03:00"))).toBe(at("12:00"));
});

test("the next moment is due, and none before it is", () => {
  const time = fc
    .integer({ min: 0, max: 1439 })
    .map((m) => `${String(Math.floor(m / 60)).padStart(2, "0")}:${String(m % 60).padStart(2, "0")}`);
  const schedule = fc
    .record({ window: fc.record({ from: time, to: time }) })
    .filter(({ window }) => window.from !== window.to);
  fc.assert(
    fc.property(
      schedule,
      fc.integer({ min: 0, max: 2_000_000_000_000 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (wanted, nowMs, part) => {
        const next = nextMs(wanted, nowMs);
        expect(isDue(wanted, next)).toBe(true);
        expect(next - nowMs).toBeLessThan(24 * 3_600_000 + 1);
        if (next > nowMs) expect(isDue(wanted, Math.floor(nowMs + (next - nowMs) * part))).toBe(false);
      },
    ),
  );
});

test("a time of day is a time of day", () => {
  for (const from of ["24:00", "7:00", "07:60", "07:00Z"])
    expect(scheduleSchema.safeParse({ window: { from, to: "08:00" } }).success, from).toBe(false);
  expect(scheduleSchema.safeParse({}).success).toBe(false);
});
