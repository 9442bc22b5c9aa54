import { expect, test } from "vitest";
import { isFromOwnPage, isKnownHost } from "./origin";

test.each([
  ["127.0.0.1:3000", true],
  ["localhost:3000", true],
  ["[::1]:3000", true],
  ["LOCALHOST", true],
  ["127.0.0.1.evil.example", false],
  ["localhost.evil.example:3000", false],
  ["169.254.169.254", false],
  ["evil.example", false],
  ["", false],
])("host %s: %s", (host, known) => {
  expect(isKnownHost(host, undefined)).toBe(known);
});

test("the configured name is known, and still no other", () => {
  expect(isKnownHost("board.example", "https://board.example")).toBe(true);
  expect(isKnownHost("other.example", "https://board.example")).toBe(false);
});

test("the bound address is known, a bound name is not", () => {
  expect(isKnownHost("10.0.0.5:3000", "https://board.example", "10.0.0.5")).toBe(true);
  expect(isKnownHost("[fd00::5]:3000", "https://board.example", "fd00::5")).toBe(true);
  expect(isKnownHost("10.0.0.6:3000", "https://board.example", "10.0.0.5")).toBe(false);
  expect(isKnownHost("board", "https://board.example", "board")).toBe(false);
});

const own = { host: "127.0.0.1:3000", cookie: "a=b" };
test.each<[string, Record<string, string>, boolean]>([
  ["our page", { ...own, origin: "http://127.0.0.1:3000", "sec-fetch-site": "same-origin" }, true],
  ["a script without a cookie", { host: own.host }, true],
  ["a cookie without an origin", own, false],
  ["another site", { ...own, origin: "http://evil.example" }, false],
  ["another port of this host", { ...own, origin: "http://127.0.0.1:4000", "sec-fetch-site": "same-site" }, false],
  ["a sandboxed frame", { ...own, origin: "null" }, false],
  ["a cross-site form, without a cookie", { host: own.host, "sec-fetch-site": "cross-site" }, false],
  ["a link from nowhere", { ...own, origin: "http://127.0.0.1:3000", "sec-fetch-site": "none" }, false],
])("%s", (_, headers, allowed) => {
  expect(isFromOwnPage(new Headers(headers), undefined)).toBe(allowed);
});

test("behind a proxy with a certificate", () => {
  const headers = new Headers({ host: "board.example", cookie: "a=b", origin: "https://board.example" });
  expect(isFromOwnPage(headers, "https://board.example")).toBe(true);
  expect(isFromOwnPage(headers, undefined)).toBe(false);
});
