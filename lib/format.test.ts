import { describe, expect, it } from "vitest";
import {
  formatAge,
  formatBytes,
  formatCount,
  formatMs,
  formatPercent,
  formatShort,
  formatTimeMs,
  plural,
  splitBytes,
} from "./format";

const plain = (text: string) => text.replaceAll("\u202f", " ");

describe("numbers on the screens", () => {
  it.each([
    [0, "0"],
    [999, "999"],
    [1000, "1 000"],
    [16384, "16 384"],
    [1234567, "1 234 567"],
    [-4096, "−4 096"],
  ])("count %d", (value, text) => expect(plain(formatCount(value))).toBe(text));

  it.each([
    [0, "0 B"],
    [118, "118 B"],
    [999, "999 B"],
    [1000, "0.98 KiB"],
    [101_082_726, "96.4 MiB"],
    [4 * 1024 ** 3, "4.00 GiB"],
    [123_731_968, "118 MiB"],
    [10_481_566, "10.0 MiB"],
    [104_835_580, "100 MiB"],
  ])("bytes %d", (value, text) => expect(plain(formatBytes(value))).toBe(text));

  it("splits bytes into value and unit", () =>
    expect(splitBytes(2.21 * 1024 ** 3)).toEqual({ value: "2.21", unit: "GiB" }));

  it.each([
    [0, "0"],
    [2.5, "2.5"],
    [812, "812"],
    [41_230, "41.2 k"],
    [999_700, "1.00 M"],
    [1_204_000, "1.20 M"],
  ])("short %d", (value, text) => expect(plain(formatShort(value))).toBe(text));

  it.each([
    [0.312, "0.31 ms"],
    [5004, "5 004 ms"],
    [12_400, "12.4 s"],
  ])("measured %d ms", (value, text) => expect(plain(formatMs(value))).toBe(text));

  it.each([
    [-20, "0.0 s"],
    [400, "0.4 s"],
    [59_960, "1 min"],
    [248_000, "4 min 8 s"],
    [11_520_000, "3 h 12 min"],
    [187_200_000, "2 d 4 h"],
  ])("age %d ms", (value, text) => expect(plain(formatAge(value))).toBe(text));

  it.each([
    [3700, 16384, "22.6 %"],
    [16383, 16384, "99.9 %"],
    [16384, 16384, "100 %"],
    [1, 0, "—"],
  ])("share %d of %d", (part, whole, text) => expect(plain(formatPercent(part, whole))).toBe(text));

  it("writes plurals out", () => {
    expect(plural(1, "slot", "slots")).toBe("1 slot");
    expect(plural(0, "slot", "slots")).toBe("0 slots");
  });

  it("tells milliseconds of a time of day", () =>
    expect(formatTimeMs(1_700_000_000_418)).toMatch(/^\d\d:\d\d:\d\d\.418$/));
});
