import { expect, test } from "vitest";
import { samplePrimaryId, sampleTopology } from "@/lib/cluster/sample";
import { planConfig, planSetTimeout } from "./config";
import type { Facts } from "./facts";
import { sampleFacts } from "./facts.fixture";
import { isRefused } from "./plan";
import { reverseDraft } from "./reverse";
import { isSameSetting, isSecretSetting, whyDenied } from "./settings";
import { modelOf, simulate } from "./simulate";
import type { WishOf } from "./wish";

const topology = sampleTopology({ primaries: 3, replicas: 1, dead: [4] });
const values = { maxmemory: "0", "maxmemory-policy": "noeviction", "cluster-node-timeout": "15000", save: "3600 1" };
const facts = (changes: Partial<Facts> = {}): Facts =>
  sampleFacts(topology, {
    settings: Object.fromEntries(topology.nodes.map(({ id }, i) => [id, { values, hasFile: i !== 1 }])),
    ...changes,
  });
const config = (changes: Partial<WishOf<"config">>): WishOf<"config"> => ({ verb: "config", ...changes });
const evicting = config({ settings: [{ name: "maxmemory-policy", value: "allkeys-lru" }] });
const bad = (plan: ReturnType<typeof planConfig>) =>
  plan.preflight.filter((line) => line.state !== "pass").map((line) => `${line.kind} ${line.code}`);

test("one step a node that answers; who does not, and who would lose it, is named", () => {
  const plan = planConfig(facts(), evicting);
  simulate(modelOf(topology), plan.steps);
  expect(plan.steps.filter((step) => step.kind === "set-config")).toHaveLength(5);
  expect(bad(plan)).toEqual(["note targets-absent", "note settings-kept"]);
  expect(plan.preflight.map((line) => line.text).join(" ")).toMatch(
    /10\.20\.1\.15:7004 does not answer.*10\.20\.1\.12:7001 was started without a file/,
  );
  expect(plan.commands.raw).toContain("10.20.1.11:7000> CONFIG SET maxmemory-policy allkeys-lru");
  expect(plan.commands.raw.filter((line) => line.endsWith("CONFIG REWRITE"))).toHaveLength(4);
});

test("going back gives each node what it had, whoever was reached", () => {
  const had = { ...values, "maxmemory-policy": "volatile-ttl" };
  const [first] = topology.nodes;
  const settings = { ...facts().settings, [first?.id ?? ""]: { values: had, hasFile: true } };
  const plan = planConfig(facts({ settings }), evicting);
  expect(bad(plan)).toContain("note settings-alike");
  const steps = plan.steps.map((step, i) => ({ stepId: step.id, state: i === 2 ? "waiting" : "done" }));
  const draft = reverseDraft({ plan, steps } as never);
  expect(draft?.verb).toBe("config");
  const each = draft?.each as NonNullable<WishOf<"config">["each"]>;
  expect(each.map((one) => one.settings[0]?.value)).toEqual(["volatile-ttl", ...Array(3).fill("noeviction")]);
  const now = Object.fromEntries(
    topology.nodes.map(({ id }) => [id, { values: { "maxmemory-policy": "allkeys-lru" }, hasFile: true }]),
  );
  const back = planConfig(facts({ settings: now }), config({ each }));
  expect(back.steps.filter((step) => step.kind === "set-config")).toHaveLength(4);
});

test.each([
  ["dir", "file"],
  ["dbfilename", "file"],
  ["requirepass", "secret"],
  ["masterauth", "secret"],
  ["tls-key-file-pass", "secret"],
  ["tls-cert-file", "network"],
  ["bind", "network"],
  ["enable-debug-command", "code"],
  ["replicaof", "replication"],
  ["cluster-enabled", "restart"],
  ["maxmemory", undefined],
])("%s is denied as %s", (name, why) => {
  expect(whyDenied(name)).toBe(why);
  if (why)
    expect(() => planConfig(facts(), config({ settings: [{ name, value: "x" }] }))).toThrow(/not changed from here/);
});

test("no setting of a secret may be read or written down", () => {
  for (const name of ["requirepass", "masterauth", "masteruser", "tls-client-key-file-pass", "primaryauth"])
    expect(isSecretSetting(name), name).toBe(true);
  for (const name of ["maxmemory", "save", "cluster-node-timeout", "repl-backlog-size"])
    expect(isSecretSetting(name), name).toBe(false);
});

test("what a node does not know is refused by name, what it has already needs nothing", () => {
  const unknown = planConfig(facts(), config({ settings: [{ name: "maxmemroy", value: "1" }] }));
  expect(isRefused(unknown)).toBe(true);
  expect(unknown.steps).toEqual([]);
  expect(() => planConfig(facts(), config({ settings: [{ name: "maxmemory", value: "0" }] }))).toThrow(/already/);
  const only = config({ settings: evicting.settings, nodeIds: [samplePrimaryId(0)] });
  expect(planConfig(facts(), only).steps).toHaveLength(2);
});

test("a limit below what is used, and a timeout below a second, are held", () => {
  const low = planConfig(facts(), config({ settings: [{ name: "maxmemory", value: "1mb" }] }));
  expect(bad(low)).toContain("hold memory-below-use");
  expect(bad(planSetTimeout(facts(), { verb: "set-timeout", timeoutMs: 500 }))).toContain("hold timeout-low");
  const plan = planSetTimeout(facts(), { verb: "set-timeout", timeoutMs: 5000 });
  expect(plan.commands.redisCli[0]).toBe("redis-cli --cluster set-timeout 10.20.1.11:7000 5000");
});

test.each([
  ["maxmemory", "100mb", "104857600", true],
  ["maxmemory", "1k", "1000", true],
  ["maxmemory", "1kb", "1000", false],
  ["appendonly", "YES", "yes", true],
  ["notify-keyspace-events", "KEA", "AKE", true],
  ["notify-keyspace-events", "Kg", "Ks", false],
  ["save", "3600  1 300 100", "3600 1 300 100", true],
  [
    "client-output-buffer-limit",
    "replica 256mb 64mb 60",
    "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60",
    true,
  ],
  ["client-output-buffer-limit", "replica 1mb 64mb 60", "normal 0 0 0 slave 268435456 67108864 60", false],
])("%s %s and %s: the same is %s", (name, a, b, same) => {
  expect(isSameSetting(name, a, b)).toBe(same);
});
