import { afterAll, beforeAll, expect, test } from "vitest";
import { Link } from "@/server/link";
import { startNode, type TestNode } from "@/server/testing/node";
import { type CommandTable, commandTable, touchedBy } from "./touched";

/** What a real server tells of its commands is enough to know which keys each of them touches. */
let node: TestNode;
let link: Link;
let table: CommandTable;

beforeAll(async () => {
  node = await startNode({ port: 9040, cluster: false });
  link = await Link.open({ endpoint: node.endpoint });
  table = await commandTable(link);
});
afterAll(async () => {
  link?.close();
  await node?.close();
});

test.each<[string, string]>([
  ["SET a 1", "a"],
  ["set a 1 PXAT 99999999999999", "a"],
  ["MSET a 1 b 2 c 3", "a b c"],
  ["DEL a b", "a b"],
  ["UNLINK a b c", "a b c"],
  ["RENAME a b", "a b"],
  ["LMOVE a b LEFT RIGHT", "a b"],
  ["SMOVE a b m", "a b"],
  ["BITOP AND a b c", "a b c"],
  ["PFMERGE a b c", "a b c"],
  ["XADD s * f v", "s"],
  ["XGROUP CREATE s g 0", "s"],
  ["XGROUP DELCONSUMER s g c", "s"],
  ["XCLAIM s g c 0 1-1", "s"],
  ["COPY a b REPLACE", "a b"],
  ["RESTORE a 0 payload", "a"],
  ["ZUNIONSTORE d 2 a b", "ask"],
  ["SORT a STORE b", "ask"],
  ["GEORADIUS g 1 1 1 km STORE d", "ask"],
  ["SELECT 3", ""],
  ["PING", ""],
  ["MULTI", ""],
  ["EXEC", ""],
  ["PUBLISH c m", ""],
  ["FLUSHALL", "stop"],
  ["FLUSHDB ASYNC", "stop"],
  ["SWAPDB 0 1", "stop"],
  ["MOVE a 3", "stop"],
  ["COPY a b DB 3", "stop"],
  ["EVAL x 1 a", "stop"],
  ["NOSUCHCOMMAND a", "stop"],
])("%s touches: %s", (text, wanted) => {
  const touched = touchedBy(
    text.split(" ").map((word) => Buffer.from(word)),
    table,
  );
  const told = touched.kind === "keys" ? touched.keys.join(" ") : touched.kind === "nothing" ? "" : touched.kind;
  expect(told).toBe(wanted);
});
