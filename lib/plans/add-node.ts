import type { NodeId } from "@/lib/cluster/node";
import type { Topology, TopologyNode } from "@/lib/cluster/topology";
import { plans } from "@/lib/words/en/plans";
import { candidateOf } from "./candidates";
import { type CliLines, entry, ownCommand, remark } from "./cli-lines";
import { draftPlan, type PlanDraft, type StepDraft } from "./draft";
import type { CandidateFacts, Facts } from "./facts";
import { neediest } from "./homes";
import { isUp, memberOf, nodeName, owners } from "./members";
import { addNodeTable } from "./preflight/add-node";
import type { Candidate } from "./step";
import type { WishOf } from "./wish";
import { wrong } from "./wrong";

/** One node joins, and serves before anything else is done with it; as a replica it then follows its primary. */
export function planAddNode(facts: Facts, wish: WishOf<"add-node">): PlanDraft {
  if (wish.role === "primary" && wish.primaryId !== undefined) throw wrong("planReplicaNeedsNoTarget", {});
  const [candidate] = facts.candidates;
  const home = wish.role === "replica" && candidate ? homeOf(facts, wish.primaryId, candidate) : undefined;
  const via = doorOf(facts, home?.id);
  const id = candidate?.id;
  const follows = home && id !== undefined ? [{ nodeId: id, primaryId: home.id }] : [];
  const steps = candidate && id !== undefined ? joinSteps(facts.topology, [{ ...candidate, id }], via) : [];
  return draftPlan({
    facts,
    wish,
    steps:
      steps.length === 0
        ? []
        : [
            ...steps,
            ...follows.map((pair) => ({ kind: "replicate" as const, phase: 2, ...pair })),
            { kind: "prove", phase: follows.length > 0 ? 3 : 2 },
          ],
    table: addNodeTable,
    context: {
      involved: [...new Set([via.id, ...(home ? [home.id] : [])])],
      joining: facts.candidates,
      reparented: follows,
    },
    newPrimaries: wish.role === "primary" && id !== undefined ? [id] : [],
    commands: addLines(facts, wish, home),
  });
}

function homeOf(facts: Facts, wanted: NodeId | undefined, candidate: CandidateFacts): TopologyNode {
  if (wanted === undefined) {
    const home = neediest(facts.topology, candidate);
    if (home) return home;
    throw wrong("planNoHome", { node: candidate.name });
  }
  const home = memberOf(facts.topology, wanted);
  if (home.role !== "primary") throw wrong("planNotAPrimary", { node: nodeName(home) });
  return home;
}

/** The member that a newcomer is told of: the one it is for, else any primary that answers, else any member. */
export function doorOf({ topology, cluster }: Facts, preferred?: NodeId): TopologyNode {
  const open = [...owners(topology), ...topology.nodes].filter((node) => isUp(node) && !node.noAddress);
  const door = open.find((node) => node.id === preferred) ?? open[0];
  if (door) return door;
  throw wrong("planNoDoor", { cluster: cluster.name });
}

/** Phases 0 and 1: all meet by the same door, then all are known everywhere and say that they serve. */
export function joinSteps(
  topology: Topology,
  newcomers: readonly (CandidateFacts & { readonly id: NodeId })[],
  door: TopologyNode,
): readonly StepDraft[] {
  const via: Candidate = candidateOf(door);
  return [
    ...newcomers.map((one) => ({ kind: "meet" as const, phase: 0, candidate: candidateOf(one), via })),
    {
      kind: "await-joined",
      phase: 1,
      nodeIds: newcomers.map((one) => one.id),
      // In a cluster that is down nobody says ok, and a replica may be what brings it up.
      serving: topology.state !== "down" && topology.uncovered.length === 0,
    },
  ];
}

export function redisCliAdd(facts: Facts, candidate: CandidateFacts, primaryId?: NodeId): string {
  const replica = primaryId === undefined ? [] : ["--cluster-slave", `--cluster-master-id ${primaryId}`];
  return ["redis-cli --cluster add-node", candidate.name, entry(facts), ...replica].join(" ");
}

export function ownAdd(facts: Facts, candidate: CandidateFacts, primary?: string): string {
  const replica = primary === undefined ? [] : ["--cluster-slave", `--cluster-master-id ${primary}`];
  return ownCommand("add-node", candidate.name, entry(facts), ...replica);
}

function addLines(facts: Facts, wish: WishOf<"add-node">, home: TopologyNode | undefined): CliLines {
  const [candidate] = facts.candidates;
  if (!candidate) return { own: [], redisCli: [] };
  return {
    own: [ownAdd(facts, candidate, wish.role === "replica" ? home && nodeName(home) : undefined)],
    redisCli: [redisCliAdd(facts, candidate, home?.id), remark(plans.redisCliDiffers.serve)],
  };
}
