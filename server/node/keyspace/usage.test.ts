import { expect, test } from "vitest";
import { NodeSettings } from "../config/settings";
import { Keyspace } from "./keyspace";
import { KeyUsage } from "./usage";

function keyspace(policy: string) {
  const settings = new NodeSettings();
  settings.set("maxmemory-policy", policy);
  const clock = { ms: 1_700_000_000_000, random: 0 };
  const usage = new KeyUsage({ settings, nowMs: () => clock.ms, random: () => clock.random });
  const db = new Keyspace(1, { now: () => clock.ms }, usage).first;
  const set = () => db.set("k", { type: "string", bytes: Buffer.from("v") });
  const use = () => db.look("k")?.use ?? 0;
  set();
  return { settings, clock, usage, db, set, use };
}

test("idle is the time since a key was read or written, not since it was looked at", () => {
  const { clock, usage, db, set, use } = keyspace("noeviction");
  clock.ms += 90_000;
  db.look("k");
  expect(usage.idleSeconds(use())).toBe(90);
  db.read("k");
  expect(usage.idleSeconds(use())).toBe(0);
  clock.ms += 5_500;
  expect(usage.idleSeconds(use())).toBe(5);
  set();
  expect(usage.idleSeconds(use())).toBe(0);
  clock.ms -= 60_000;
  expect(usage.idleSeconds(use())).toBe(0);
});

test("frequency grows by chance, the slower the larger, and falls with the minutes", () => {
  const { clock, usage, db, set, use } = keyspace("allkeys-lfu");
  expect(usage.frequency(use())).toBe(5);
  for (let times = 0; times < 300; times++) db.read("k");
  expect(usage.frequency(use())).toBe(255);
  set();
  expect(usage.frequency(use())).toBe(255);
  clock.ms += 10 * 60_000;
  expect(usage.frequency(use())).toBe(245);
  clock.random = 0.5;
  db.read("k");
  expect(usage.frequency(use())).toBe(245);
  clock.ms += 300 * 60_000;
  expect(usage.frequency(use())).toBe(0);
  db.read("k");
  expect(usage.frequency(use())).toBe(1);
});

test("the policy may change while it runs", () => {
  const { settings, usage } = keyspace("noeviction");
  expect(usage.countsUse).toBe(false);
  settings.set("maxmemory-policy", "volatile-lfu");
  expect(usage.countsUse).toBe(true);
});
