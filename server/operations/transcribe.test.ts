import { expect, test } from "vitest";
import type { Command } from "@/server/link";
import { NodeReplyError } from "@/server/link";
import { transcribe } from "./transcribe";

const say = (command: Command, reply: unknown = "OK") => transcribe({ command, reply, error: undefined });
const key = (text: string) => Buffer.from(text, "latin1");

test.each<[Command, unknown, string, string]>([
  [["CLUSTER", "SETSLOT", 7, "NODE", "a".repeat(40)], "OK", `CLUSTER SETSLOT 7 NODE ${"a".repeat(40)}`, "OK"],
  [
    [
      "MIGRATE",
      "10.0.0.1",
      7001,
      "",
      0,
      1000,
      "REPLACE",
      "AUTH2",
      "mover",
      "s3cret",
      "KEYS",
      key("{a}\r\n1"),
      key("b"),
    ],
    "OK",
    String.raw`MIGRATE 10.0.0.1 7001 "" 0 1000 REPLACE AUTH2 ••• ••• KEYS <2 keys, 7 bytes, first "{a}\x0d\x0a1">`,
    "OK",
  ],
  [
    ["MIGRATE", "::1", 7001, "", 0, 1000, "AUTH", "s3cret", "KEYS", key("k")],
    "NOKEY",
    'MIGRATE ::1 7001 "" 0 1000 AUTH ••• KEYS "k"',
    "NOKEY",
  ],
  [["AUTH", "user", "s3cret"], "OK", "AUTH •••", "<2 bytes>"],
  [["CONFIG", "SET", "masterauth", "s3cret"], "OK", "CONFIG SET masterauth •••", "OK"],
  [["CONFIG", "SET", "maxmemory", "100mb"], "OK", "CONFIG SET maxmemory 100mb", "OK"],
  [["CONFIG", "SET", "save", 'a "b'], "OK", String.raw`CONFIG SET save "a \"b"`, "OK"],
  [["RESTORE", key("k"), 0, key("\0value"), "REPLACE"], "OK", 'RESTORE "k" 0 <6 bytes> REPLACE', "<2 bytes>"],
  [["DUMP", key("k")], key("\0secret value"), 'DUMP "k"', "<13 bytes>"],
  [["GET", key("k")], key("secret value"), "GET <1 arguments>", "<12 bytes>"],
  [
    ["CLUSTER", "GETKEYSINSLOT", 7, 100],
    [key('a"b'), key("c")],
    "CLUSTER GETKEYSINSLOT 7 100",
    String.raw`<2 keys, 4 bytes, first "a\"b">`,
  ],
  [["CLUSTER", "NODES"], "line\nline\n", "CLUSTER NODES", "<10 bytes>"],
  [
    ["CLUSTER", "ADDSLOTS", ...Array.from({ length: 4096 }, (_, i) => i)],
    "OK",
    "CLUSTER ADDSLOTS <4096 slots, first 0>",
    "OK",
  ],
  [["CLUSTER", "COUNTKEYSINSLOT", 5], 12, "CLUSTER COUNTKEYSINSLOT 5", "12"],
])("%# is told without secrets, values or control characters", (command, reply, told, answered) => {
  const line = say(command, reply);
  expect([line.command, line.reply]).toEqual([told, answered]);
  expect(line.command + line.reply).not.toMatch(/s3cret|[\r\n]/);
});

test("a long name is cut, an error reply stays on its line", () => {
  expect(say(["DUMP", key("x".repeat(1000))]).command).toBe(`DUMP "${"x".repeat(64)}"… (1000 bytes)`);
  const error = new NodeReplyError("ERR bad\u001b]0;title\u0007 thing", { host: "h", port: 1 });
  expect(transcribe({ command: ["PING"], reply: undefined, error }).reply).toBe("ERR bad·]0;title· thing");
});

test("what changes the cluster is marked, whatever is unknown counts as a change", () => {
  const changes = (command: Command) => say(command).mutates;
  for (const sub of ["SETSLOT", "MEET", "FORGET", "RESET", "REPLICATE", "FAILOVER", "ADDSLOTS", "SET-CONFIG-EPOCH"])
    expect([sub, changes(["cluster", sub.toLowerCase()])]).toEqual([sub, true]);
  for (const command of [
    ["MIGRATE"],
    ["CLIENT", "KILL"],
    ["CONFIG", "SET"],
    ["DEL", "k"],
    ["NEWCOMMAND"],
    ["CLUSTER", "MIGRATESLOTS", "SLOTSRANGE", 0, 9, "NODE", "a"],
    ["CLUSTER", "CANCELSLOTMIGRATIONS"],
    ["CLUSTER", "MIGRATION", "IMPORT", 0, 9],
    ["CLUSTER", "MIGRATION", "CANCEL", "ALL"],
  ])
    expect([command, changes(command)]).toEqual([command, true]);
  for (const command of [
    ["CLUSTER", "NODES"],
    ["CLUSTER", "GETSLOTMIGRATIONS"],
    ["CLUSTER", "MIGRATION", "STATUS", "ALL"],
    ["INFO"],
    ["CLIENT", "LIST"],
    ["MEMORY", "USAGE", "k"],
    ["CONFIG", "GET", "x"],
    ["DUMP", "k"],
  ])
    expect([command, changes(command)]).toEqual([command, false]);
});
