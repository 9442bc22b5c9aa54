import { expect, test } from "vitest";
import { Store } from "./sqlite";

test("a transaction that throws leaves nothing", () => {
  const store = new Store(":memory:");
  store.migrate([{ version: 1, sql: "CREATE TABLE t (a INTEGER) STRICT" }]);
  expect(() =>
    store.transaction(() => {
      store.run("INSERT INTO t VALUES (?)", 1);
      throw new Error("no");
    }),
  ).toThrow("no");
  expect(store.all("SELECT * FROM t")).toEqual([]);
  store.run("INSERT INTO t VALUES (?)", 2);
  expect(store.get("SELECT a FROM t")).toMatchObject({ a: 2 });
});

test("data of a newer console is refused", () => {
  const store = new Store(":memory:");
  store.migrate([{ version: 2, sql: "CREATE TABLE t (a INTEGER) STRICT" }]);
  expect(() => store.migrate([{ version: 1, sql: "" }])).toThrow(/newer Shardboard/);
});

test("blobs and nulls go in alone and come out alike, one row or all", () => {
  const store = new Store(":memory:");
  store.migrate([{ version: 1, sql: "CREATE TABLE t (a BLOB) STRICT" }]);
  for (const value of [Buffer.from("x"), Buffer.alloc(0), null]) store.run("INSERT INTO t VALUES (?)", value);
  const expected = [{ a: Buffer.from("x") }, { a: Buffer.alloc(0) }, { a: null }];
  expect(store.all("SELECT a FROM t")).toEqual(expected);
  expect(store.get("SELECT a FROM t WHERE a = ?", Buffer.from("x"))).toEqual(expected[0]);
});
