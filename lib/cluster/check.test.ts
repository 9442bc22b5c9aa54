import { describe, expect, test } from "vitest";
import { findings as words } from "@/lib/words/en/findings";
import { check } from "./check";
import { type Finding, findingCodes } from "./finding";
import type { NodeStats } from "./node";
import { A, B, C, D, E, HEALTHY, merge, silent, six, view } from "./sample-views";
import { readStats } from "./stats";
import type { Topology } from "./topology";

const healthy = merge(six());
const codes = (findings: readonly Finding[]) => findings.map((finding) => `${finding.severity} ${finding.code}`);
const change = (from: string, to: string) => six(HEALTHY.map((text) => text.replace(from, to)));
const stats = (info: Record<string, string>): NodeStats => readStats({ redis_version: "7.0.15", ...info }, 1000);
const withStats = (all: readonly (readonly [typeof A, Record<string, string>])[]): Topology =>
  merge(six(), { stats: new Map(all.map(([id, info]) => [id, stats(info)])) });

test("a healthy 3+3 has no finding", () => {
  expect(check(healthy)).toEqual([]);
  expect(codes(check(healthy, { acceptsAnyCertificate: true }))).toEqual(["warn certificate-unverified"]);
});

describe("nodes", () => {
  const gone = (lines = HEALTHY) =>
    merge(
      six(lines).filter((v) => v.from !== A),
      { previous: healthy, answers: new Map([[A, silent(500)]]) },
    );

  test("a silent primary is bad since it fell silent; its replica can take over", () => {
    const findings = check(gone());
    expect(codes(findings)).toEqual([
      "bad node-silent",
      "bad slots-without-primary",
      "warn no-majority-if-one-more-fails",
    ]);
    expect(findings[0]).toMatchObject({ key: `node-silent:${A}`, sinceMs: 500, verb: "failover", ranges: [[0, 5460]] });
  });

  test("failed replaces silent, pfail names who says so", () => {
    const failed = check(gone(HEALTHY.map((text) => text.replace("a master", "a master,fail"))));
    expect(codes(failed)).toContain("bad node-failed");
    expect(codes(failed)).not.toContain("bad node-silent");
    const pfail = check(gone(HEALTHY.map((text) => text.replace("a master", "a master,fail?"))));
    expect(pfail.find((one) => one.code === "node-pfail")?.details.reporters).toHaveLength(5);
  });

  test("a lost address is bad though every node says ok", () => {
    const lost = merge(
      change("b master", "b master,noaddr").filter((v) => v.from !== B),
      {
        previous: healthy,
        answers: new Map([[B, silent()]]),
      },
    );
    expect(codes(check(lost))).toContain("bad address-lost");
  });

  test("memory, policy and versions", () => {
    const full = withStats([
      [A, { used_memory: "95", maxmemory: "100", maxmemory_policy: "allkeys-lru" }],
      [B, { used_memory: "99", maxmemory: "100", maxmemory_policy: "noeviction" }],
      [C, { used_memory: "99", redis_version: "7.2.0" }],
    ]);
    expect(codes(check(full))).toEqual([
      "bad memory-near-limit",
      "warn memory-near-limit",
      "note evicting-policy",
      "note versions-differ",
    ]);
  });
});

describe("shards", () => {
  test("no replica at all, or none alive", () => {
    const bare = HEALTHY.filter((text) => !text.startsWith("d"));
    const none = check(merge(["a", "b", "c", "e", "f"].map((from) => view(from, bare))));
    expect(none).toMatchObject([{ code: "shard-without-replica", details: { shard: 1, known: 0 }, verb: "add-node" }]);
    const dead = merge(
      six().filter((v) => v.from !== D),
      { previous: healthy, answers: new Map([[D, silent()]]) },
    );
    expect(codes(check(dead))).toEqual(["warn node-silent", "warn shard-without-replica"]);
  });

  test("replication that is broken, syncing or late", () => {
    const offsets = { master_replid: "x", master_repl_offset: "99000000" };
    const t = withStats([
      [A, offsets],
      [D, { role: "slave", master_replid: "x", slave_repl_offset: "1", master_link_status: "up" }],
      [E, { role: "slave", master_link_status: "down", master_sync_in_progress: "1" }],
    ]);
    expect(codes(check(t))).toEqual(["warn replica-lagging", "note replica-link-down"]);
  });

  test("primary and replica on one machine, by label; loopback alone is none", () => {
    const labels = {
      [A]: { host: "rack-1" },
      [D]: { host: "rack-1" },
      [B]: { host: "127.0.0.1" },
      [E]: { host: "127.0.0.1" },
    };
    expect(check(merge(six(), { labels }))).toMatchObject([{ code: "replica-on-primary-host", nodeIds: [A, D] }]);
  });

  test("an empty primary, and a majority that hangs by a thread", () => {
    const two = change("- 1 0-5460", "- 1").map((v) => ({ ...v }));
    const t = merge(
      two.map((v) => ({ ...v, nodes: v.nodes.map((n) => (n.id === B ? { ...n, ranges: [[0, 10922] as const] } : n)) })),
    );
    expect(codes(check(t))).toEqual(["note no-majority-if-one-more-fails", "note primary-without-slots"]);
  });
});

describe("slots", () => {
  test("uncovered, several owners, equal epochs", () => {
    expect(codes(check(merge(change("0-5460", "0-5459"))))).toContain("bad slots-uncovered");
    const both = check(merge(change("- 1 0-5460", "- 2 0-6000")));
    expect(codes(both)).toEqual(["bad several-owners", "warn equal-epochs"]);
    expect(both[0]).toMatchObject({ nodeIds: [A, B], ranges: [[5461, 6000]] });
  });

  test("open slots: one finding a pair, replicas apart", () => {
    const open = HEALTHY.map((text) =>
      text.startsWith("a") ? `${text} [5->-${B}] [6->-${B}]` : text.startsWith("e") ? `${text} [9-<-${A}]` : text,
    );
    const found = check(
      merge(
        six(open).map((v) => ({
          ...v,
          nodes: v.nodes.map((n) => (n.isMyself ? n : { ...n, migrating: [], importing: [] })),
        })),
      ),
    );
    expect(found).toMatchObject([
      { code: "slot-open-on-replica", nodeIds: [E], ranges: [[9, 9]] },
      { code: "slot-open", nodeIds: [A, B], ranges: [[5, 6]], details: { slots: 2, oneSided: 2 } },
    ]);
  });

  test("a view that differs is a finding after a moment of gossip, and says what it believes", () => {
    const odd = [
      ...six().slice(0, 5),
      view(
        "f",
        HEALTHY.map((text) => text.replace("10923-", "10924-")),
      ),
    ];
    const first = merge(odd);
    expect(check(first)).toEqual([]);
    const found = check(merge(odd, { previous: first, atMs: 3000 }));
    expect(found).toMatchObject([
      { code: "views-differ", sinceMs: 1000, details: { believes: ["slot 10923 belongs to nobody"] } },
    ]);
  });

  test("cluster_state:fail is named by node", () => {
    const found = check(merge(six(HEALTHY, "fail")));
    expect(found).toMatchObject([{ code: "cluster-state-fail", details: { count: 6, answering: 6 } }]);
  });
});

test("a finding keeps its moment while it stands", () => {
  const first = check(merge(change("0-5460", "0-5459")));
  const again = check(merge(change("0-5460", "0-5459"), { atMs: 9000 }), { previous: first });
  expect(again.find((one) => one.code === "slots-uncovered")?.sinceMs).toBe(1000);
});

test.each(findingCodes)("%s has words that stand without details", (code) => {
  const { title, sentence, risk, mend } = words[code];
  for (const part of [title, sentence({}), risk, mend]) {
    expect(part.length).toBeGreaterThan(5);
    expect(part).not.toMatch(/undefined|NaN/);
  }
});

test("an atomic migration of somebody else is one finding, with its two ends", () => {
  const [source, target] = [A, B];
  const task = { id: "t1", ranges: [[0, 99]] as const, said: "snapshotting" };
  const findings = check(healthy, {
    tasks: [
      { ...task, nodeId: source, source, target: undefined },
      { ...task, nodeId: target, source: undefined, target },
    ],
  });
  expect(findings.map(({ key, nodeIds }) => [key, nodeIds])).toEqual([["foreign-task:t1", [source, target]]]);
  const [finding] = findings;
  expect(finding && words["foreign-task"].sentence(finding.details)).toMatch(
    /^100 slots are on their way from \S+:\d+ to \S+:\d+ by an atomic migration \(task t1, snapshotting, listed by/,
  );
});
