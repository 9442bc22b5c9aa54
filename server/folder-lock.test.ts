import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FolderLock } from "./folder-lock";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lock-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("a second console is told who holds the folder, and gets it after the first has gone", () => {
  const first = FolderLock.take(join(folder, "data"));
  writeFileSync(join(folder, "data", "console.json"), '{"pid":42,"url":"http://127.0.0.1:3000"}');
  expect(() => FolderLock.take(join(folder, "data"))).toThrow(/process 42, http:\/\/127.0.0.1:3000/);
  first.release();
  FolderLock.take(join(folder, "data")).release();
  expect(statSync(join(folder, "data")).mode & 0o777).toBe(0o700);
});

test("the lock of a killed process is free at once", async () => {
  const code = `
    const Libsql = require("libsql");
    const db = new Libsql(process.argv[1]);
    db.exec("PRAGMA journal_mode = WAL"); db.exec("BEGIN IMMEDIATE");
    console.log("held"); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["-e", code, join(folder, "lock.sqlite")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const gone = once(child, "exit");
  try {
    await once(child.stdout, "data");
    expect(() => FolderLock.take(folder)).toThrow(/Another console/);
  } finally {
    child.kill("SIGKILL");
  }
  await gone;
  FolderLock.take(folder).release();
});

test("a folder that cannot be made is a sentence", () => {
  writeFileSync(join(folder, "file"), "");
  expect(() => FolderLock.take(join(folder, "file"))).toThrow(/cannot be used/);
});
