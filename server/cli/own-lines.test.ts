import { expect, test } from "vitest";
import { samplePrimaryId, sampleReplicaId, sampleTopology } from "@/lib/cluster/sample";
import { sampleCandidate, sampleFacts } from "@/lib/plans/facts.fixture";
import { planWish } from "@/lib/plans/plan-wish";
import type { Wish } from "@/lib/plans/wish";
import { parse } from "./grammar/parse";
import { allVerbs } from "./grammar/verbs";

/** What a plan offers to copy is what the command line reads. */
const facts = sampleFacts(sampleTopology({ primaries: 3, replicas: 2 }), {
  candidates: [0, 1, 2].map((k) => sampleCandidate(k)),
});
const newcomers = facts.candidates.map(({ endpoint }) => ({ endpoint }));
const node = newcomers[0] ?? { endpoint: { host: "h", port: 1 } };
const [replica, target] = [sampleReplicaId(0), samplePrimaryId(1)];

const wishes: readonly Wish[] = [
  { verb: "reshard", target, slots: 7 },
  { verb: "reshard", target, slots: 7, sources: [samplePrimaryId(0), samplePrimaryId(2)] },
  { verb: "reshard", target, ranges: [[0, 9]] },
  { verb: "remove-node", nodeId: target, afterwards: "stop" },
  { verb: "scale-in", primaryIds: [target], replicas: "keep", afterwards: "reset" },
  { verb: "failover", replicaId: replica, mode: "takeover" },
  { verb: "replicate", nodeId: replica, primaryId: target },
  { verb: "create", name: "new", nodes: newcomers, replicasPerPrimary: 0 },
  { verb: "add-node", node, role: "primary" },
  { verb: "add-node", node, role: "replica", primaryId: target },
  { verb: "scale-out", shards: [{ primary: node, replicas: newcomers.slice(1) }] },
];

test.each(wishes.map((wish) => [wish.verb, wish] as const))(
  "the plan of %s names a command line that is read",
  (_, wish) => {
    const { own } = planWish(facts, wish).commands;
    expect(own.length).toBeGreaterThan(0);
    for (const line of own) {
      const [name, ...words] = line.split(" ");
      expect(name).toBe("shardboard");
      expect(allVerbs.map((row) => row.name)).toContain(parse(words, allVerbs).verb);
    }
  },
);
