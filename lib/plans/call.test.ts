import { expect, test } from "vitest";
import { samplePrimaryId, sampleTopology } from "@/lib/cluster/sample";
import { planCall } from "./call";
import { callVerdict } from "./call-table";
import { sampleFacts } from "./facts.fixture";

const facts = sampleFacts(sampleTopology({ primaries: 3, replicas: 1, dead: [4] }));
const call = (command: readonly string[], more = {}) =>
  planCall(facts, { verb: "call", command: [...command], on: "all", ...more });

test.each([
  [["info"], "read", "viewer"],
  [["CLUSTER", "NODES"], "read", "viewer"],
  [["config", "get", "*"], "read", "viewer"],
  [["SLOWLOG", "GET"], "read", "operator"],
  [["SLOWLOG", "RESET"], "change", "operator"],
  [["ACL", "LOG"], "read", "operator"],
  [["acl", "log", "reset"], "change", "operator"],
  [["BGSAVE"], "change", "operator"],
])("%j is a %s for a %s", (command, effect, role) => {
  expect(callVerdict(command).rule).toEqual({ effect, role });
});

test.each([
  [["FLUSHALL"], undefined],
  [["GET", "k"], undefined],
  [["KEYS", "*"], undefined],
  [["SHUTDOWN"], undefined],
  [["DEBUG", "SLEEP", "1"], undefined],
  [["EVAL", "return 1", "0"], undefined],
  [["MONITOR"], undefined],
  [["NEWCOMMAND"], undefined],
  [["CLUSTER", "NEWSUB"], undefined],
  [["CLUSTER"], undefined],
  [["CONFIG", "SET", "dir", "/"], "config"],
  [["cluster", "meet", "h", "1"], "meet"],
  [["CLUSTER", "ADDSLOTS", "1"], "add-slots"],
  [["CLUSTER", "DELSLOTSRANGE", "1", "2"], "del-slots"],
  [["CLUSTER", "FORGET", "x"], "forget"],
  [["CLUSTER", "REPLICATE", "x"], "replicate"],
  [["CLUSTER", "SETSLOT", "1", "stable"], "set-slot-stable"],
  [["CLUSTER", "SETSLOT", "1", "NODE", "x"], "reshard"],
  [["CLUSTER", "FAILOVER"], "failover"],
  [["MIGRATE", "h"], "reshard"],
])("%j is denied, and %s does it", (command, instead) => {
  const verdict = callVerdict(command);
  expect(verdict.rule).toBeUndefined();
  expect(verdict.instead).toBe(instead);
  expect(() => call(command)).toThrow(instead ? new RegExp(`${instead} does it`) : /not called from here/);
});

test("a change is one step a node that is meant and answers", () => {
  expect(() => call(["INFO"])).toThrow(/needs no plan/);
  const plan = call(["SLOWLOG", "RESET"], { on: "replicas" });
  expect(plan.steps.filter((step) => step.kind === "call")).toHaveLength(2);
  expect(plan.preflight.find((line) => line.code === "targets-absent")?.text).toMatch(/7004 does not answer/);
  expect(plan.commands.raw).toEqual(["10.20.1.14:7003> SLOWLOG RESET", "10.20.1.16:7005> SLOWLOG RESET"]);
  expect(plan.commands.redisCli[0]).toMatch(/--cluster call \S+ SLOWLOG RESET --cluster-only-replicas/);
  expect(call(["BGSAVE"], { nodeId: samplePrimaryId(0) }).steps).toHaveLength(2);
});
