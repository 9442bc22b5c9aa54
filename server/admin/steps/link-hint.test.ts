import { expect, test } from "vitest";
import { linkHint } from "./link-hint";

test.each<[string, Record<string, string>, Record<string, string>, RegExp]>([
  ["TLS on one side", { "tls-replication": "no" }, { "tls-replication": "yes" }, /is no on the replica and yes/],
  ["no password", { masterauth: "" }, { requirepass: "canary-1" }, /has none to give/],
  ["another password", { masterauth: "canary-2" }, { requirepass: "canary-1" }, /not the one that the primary/],
  ["a user", { masteruser: "repl", masterauth: "canary-2" }, { requirepass: "" }, /signs in as repl/],
  ["the same", { masterauth: "canary-1" }, { requirepass: "canary-1" }, /log of the replica/],
  ["nothing could be read", {}, { requirepass: "canary-1" }, /log of the replica/],
])("%s", (_, own, theirs, says) => {
  const hint = linkHint(own, theirs);
  expect(hint).toMatch(says);
  expect(hint).not.toContain("canary");
});
