import { expect, test } from "vitest";
import { samplePrimaryId, sampleReplicaId, sampleTopology } from "@/lib/cluster/sample";
import { changesBetween, type Picture, pictureOf } from "./picture";

const then = pictureOf(sampleTopology({ primaries: 3, replicas: 1 }));
const change = (i: number, changes: Partial<Picture[number]>): Picture =>
  then.map((node, k) => (k === i ? { ...node, ...changes } : node));

test("nothing changed", () => {
  expect(changesBetween(then, then, [])).toEqual([]);
});

test("a moved slot is named with its old and its new owner", () => {
  const now = change(0, { ranges: [[0, 5459]] }).map((n, i) =>
    i === 1 ? { ...n, ranges: [[5460, 10922]] as const } : n,
  );
  expect(changesBetween(then, now, [])).toEqual(["slots 5460 belong to 10.20.1.12:7001 now, to 10.20.1.11:7000 then"]);
});

test.each([
  ["a role", change(3, { role: "primary" }), "10.20.1.14:7003 is a primary now"],
  ["a parent", change(3, { primaryId: samplePrimaryId(1) }), "10.20.1.14:7003 follows 10.20.1.12:7001 now"],
  ["an epoch", change(0, { configEpoch: 9 }), "the config epoch of 10.20.1.11:7000 is 9 now, 1 then"],
  ["a member that left", then.slice(0, 5), "10.20.1.16:7005 has left"],
  ["a needed node that fell silent", change(4, { up: false }), "10.20.1.15:7004 does not answer any more"],
  [
    "a slot that nobody owns now",
    change(2, { ranges: [[10923, 16382]] }),
    "slots 16383 belong to nobody now, to 10.20.1.13:7002 then",
  ],
])("%s is named", (_, now, sentence) => {
  expect(changesBetween(then, now, [sampleReplicaId(1)])).toEqual([sentence]);
});

test("a bystander that fell silent makes no plan void", () => {
  expect(changesBetween(then, change(5, { up: false }), [sampleReplicaId(1)])).toEqual([]);
});
