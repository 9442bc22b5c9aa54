import { expect, test } from "vitest";
import { asNodeId } from "@/lib/cluster/node";
import { readDraft, type WishDraft, wishOf, wizardPath, writeDraft } from "./wizard-link";

const a = asNodeId("a".repeat(40));
const b = asNodeId("b".repeat(40));

const drafts: readonly WishDraft[] = [
  {
    verb: "reshard",
    target: a,
    ranges: [
      [0, 100],
      [200, 200],
    ],
  },
  { verb: "reshard", target: a, sources: [b], slots: 7 },
  { verb: "add-node", node: { managedId: "n7" }, role: "replica", primaryId: b },
  { verb: "add-node", node: { endpoint: { host: "::1", port: 7000 } }, role: "primary" },
  {
    verb: "scale-out",
    shards: [
      { primary: { managedId: "n7" }, replicas: [{ managedId: "n8" }] },
      { primary: { endpoint: { host: "10.0.0.1", port: 7001 } }, replicas: [] },
    ],
  },
  {
    verb: "rebalance",
    by: "keys",
    weights: [
      { nodeId: a, weight: 2.5 },
      { nodeId: b, weight: -1 },
    ],
    threshold: 0,
    useEmpty: true,
  },
  { verb: "config", settings: [{ name: "save", value: "3600 1, 300=100&" }], nodeIds: [a, b] },
  { verb: "config", each: [{ nodeId: a, settings: [{ name: "save", value: "" }] }] },
  { verb: "set-timeout", timeoutMs: 5000 },
  { verb: "call", command: ["SLOWLOG", "RESET"], on: "primaries" },
  { verb: "meet", node: { endpoint: { host: "::1", port: 7000 } } },
  { verb: "add-slots", nodeId: a, ranges: [[0, 9]] },
  { verb: "scale-in", primaryIds: [a, b], replicas: "keep", afterwards: "reset" },
  { verb: "failover", replicaId: a, mode: "force" },
  {
    verb: "restore",
    backup: { clusterId: "orders", id: "20260101T000000Z-7" },
    existing: "skip",
    accepts: ["functions", "stream-history"],
  },
  {
    verb: "import",
    from: [
      { kind: "server", endpoint: { host: "::1", port: 6379 } },
      { kind: "sentinel", sentinels: [{ host: "10.0.0.9", port: 26379 }], name: "orders" },
    ],
    access: "0123456789abcdef0123",
    way: "move",
    db: 3,
    otherDatabases: "skip",
    present: "replace",
  },
  { verb: "create", name: "orders", nodes: [{ managedId: "n1" }, { managedId: "n2" }], replicasPerPrimary: 1 },
];

test.each(drafts)("the URL of a wizard holds all of its choices: $verb", (draft) => {
  const query = Object.fromEntries(new URLSearchParams(writeDraft(draft)));
  expect(readDraft(draft.verb, query)).toEqual(draft);
  expect(wishOf(draft)).toMatchObject(draft);
});

test("what cannot be read is left out, and the wish is not whole", () => {
  const draft = readDraft("reshard", { target: a, ranges: "0-99999", slots: "many" });
  expect(draft).toEqual({ verb: "reshard", target: a });
  expect(wishOf(readDraft("failover", { replicaId: "nonsense" }))).toBeUndefined();
});

test("a wizard has one path", () => {
  expect(wizardPath("orders", { verb: "reshard", target: a, ranges: [[1, 2]] })).toBe(
    `/clusters/orders/operations/new/reshard?target=${a}&ranges=1-2`,
  );
});
