import { chmodSync, copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { asClusterId } from "@/lib/cluster/node";
import { version } from "@/package.json";
import { Engine } from "./engine";
import { insistOnMark, markBegun } from "./journal-mark";
import { insertOperation } from "./store/operations";
import { schema } from "./store/schema";
import { Store } from "./store/sqlite";

let folder: string;
let store: Store;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "shardboard-mark-"));
  store = open("shardboard.sqlite");
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(name: string): Store {
  const opened = new Store(join(folder, name));
  opened.migrate(schema);
  return opened;
}

function begin(): number {
  const row = { cluster_id: asClusterId("lab"), created_ms: 1, state: "planned", plan_id: "p" } as const;
  const id = insertOperation(store, row);
  markBegun(folder, id);
  return id;
}

test("a journal that knows every operation that was begun is taken, and so is a new one", () => {
  insistOnMark(folder, store);
  for (let i = 0; i < 12; i++) begin();
  insistOnMark(folder, store);
  expect(begin()).toBe(13);
});

test("one that lost its end is refused, with what was begun and what it knows, and no engine starts on it", () => {
  begin();
  store.get("PRAGMA wal_checkpoint(TRUNCATE)");
  store.close();
  copyFileSync(join(folder, "shardboard.sqlite"), join(folder, "old"));
  store = open("shardboard.sqlite");
  begin();
  begin();
  store.close();
  for (const suffix of ["", "-wal", "-shm"]) rmSync(join(folder, `shardboard.sqlite${suffix}`), { force: true });
  copyFileSync(join(folder, "old"), join(folder, "shardboard.sqlite"));
  store = open("shardboard.sqlite");
  const settings = { dataFolder: folder, host: "127.0.0.1", port: 0, adminToken: undefined };
  const start = () => new Engine({ settings: { ...settings, allowNets: undefined, origin: undefined }, version });
  for (const refused of [() => insistOnMark(folder, store), start])
    expect(refused).toThrow(/ends with operation 1, but operation 3 was begun/);
});

test("where the mark cannot be written nothing is begun", () => {
  if (process.getuid?.() === 0) rmSync(folder, { recursive: true });
  else chmodSync(folder, 0o500);
  expect(() => markBegun(folder, 1)).toThrow(/Operation 1 was not begun/);
  if (process.getuid?.() !== 0) chmodSync(folder, 0o700);
});
