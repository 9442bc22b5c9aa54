import { beforeEach, expect, test } from "vitest";
import { Audit } from "./audit";
import { schema } from "./schema";
import { Store } from "./sqlite";

const actor = { name: "ada", role: "admin", from: "127.0.0.1" } as const;
let store: Store;
let audit: Audit;

beforeEach(() => {
  store = new Store(":memory:");
  store.migrate(schema);
  audit = new Audit({ store, now: () => 1000 });
  for (const n of [1, 2, 3, 4]) audit.record({ actor, act: "try", details: { n }, result: "ok" });
});

test("an untouched record verifies", () => {
  expect(audit.verify()).toEqual({ ok: true, rows: 4 });
});

test("an altered row is named", () => {
  store.run("DROP TRIGGER IF EXISTS audit_is_not_altered");
  store.run("UPDATE audit SET actor = 'eve' WHERE id = 3");
  expect(audit.verify()).toEqual({ ok: false, brokenAt: 3 });
});

test.each([2, 4])("removed row %i is named", (id) => {
  store.run("DROP TRIGGER IF EXISTS audit_is_not_removed");
  store.run("DELETE FROM audit WHERE id = ?", id);
  expect(audit.verify()).toEqual({ ok: false, brokenAt: id });
});

test("rows are neither altered nor removed by a statement of the console", () => {
  expect(() => store.run("UPDATE audit SET actor = 'eve'")).toThrow(/never altered/);
  expect(() => store.run("DELETE FROM audit")).toThrow(/never removed/);
});

test("a row is lost with the transaction that it belongs to", () => {
  expect(() =>
    store.transaction(() => {
      audit.record({ actor, act: "start", details: {}, result: "ok" });
      throw new Error("no");
    }),
  ).toThrow("no");
  expect(audit.verify()).toEqual({ ok: true, rows: 4 });
});

test("values of telling names are masked", () => {
  audit.record({ actor, act: "connect", details: { password: "hunter2", seed: "10.0.0.1:6379" }, result: "asked" });
  const row = store.get("SELECT details FROM audit ORDER BY id DESC LIMIT 1");
  expect(row?.details).toBe('{"password":"•••","seed":"10.0.0.1:6379"}');
});
