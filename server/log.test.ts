import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openLog } from "./log";

test("one line an entry whatever it says, and of an error no command", () => {
  const folder = mkdtempSync(join(tmpdir(), "log-"));
  const log = openLog(folder);
  const cause = Object.assign(new Error("WRONGPASS"), { command: { name: "auth", args: ["canary-77"] } });
  const hostile = 'a"}\r\n{"level":60,"msg":"forged"}\u001b]0;title\u0007';
  log.error({ name: hostile, err: new Error(hostile, { cause }) }, hostile);
  const text = readFileSync(join(folder, "console.log"), "utf8");
  expect(text.split("\n")).toHaveLength(2);
  for (const bad of ["\u001b", "\r", "canary-77"]) expect(text.includes(bad)).toBe(false);
  expect(JSON.parse(text)).toMatchObject({ msg: hostile, err: { message: hostile, cause: { message: "WRONGPASS" } } });
  expect(statSync(join(folder, "console.log")).mode & 0o777).toBe(0o600);
  rmSync(folder, { recursive: true });
});
