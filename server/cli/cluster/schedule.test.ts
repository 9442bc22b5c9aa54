import { expect, test } from "vitest";
import { UsageError } from "../grammar/asked";
import { scheduleOf } from "./schedule";

const console = "http://127.0.0.1:3000";

test("a time with its zone, a window of the day in UTC, and a console that is there then", () => {
  expect(scheduleOf({})).toBeUndefined();
  expect(scheduleOf({ console, at: "2026-01-31T23:00+01:00" })).toEqual({ atMs: Date.UTC(2026, 0, 31, 22) });
  expect(scheduleOf({ console, window: "22:00-04:00" })).toEqual({ window: { from: "22:00", to: "04:00" } });
  for (const wrong of [
    { at: "2026-01-31T22:00Z" },
    { console, at: "tomorrow" },
    { console, at: "2026-01-31T22:00" },
    { console, window: "22:00" },
    { console, window: "22:00-22:00" },
    { console, window: "22:00-04:00-05:00" },
  ])
    expect(() => scheduleOf(wrong), JSON.stringify(wrong)).toThrow(UsageError);
});
