import { createHash, randomBytes } from "node:crypto";
import type { ClusterId } from "@/lib/cluster/node";
import { type CandidateFacts, emptyTopology, type Facts } from "@/lib/plans/facts";
import { newcomersOf } from "@/lib/plans/givers";
import { changesBetween, pictureOf } from "@/lib/plans/picture";
import type { Plan } from "@/lib/plans/plan";
import { planWish } from "@/lib/plans/plan-wish";
import { contextOf } from "@/lib/plans/preflight/context";
import { createTable } from "@/lib/plans/preflight/create";
import { runTable } from "@/lib/plans/preflight/line";
import { type Wish, wishSchema } from "@/lib/plans/wish";
import { wrong } from "@/lib/plans/wrong";
import type { Actor } from "@/lib/wire/access";
import { plans as words } from "@/lib/words/en/plans";
import { refuse } from "@/server/refuse";
import { insertPlan, type KeptPlan, readPlan } from "@/server/store/plans";
import { candidateFacts } from "./candidate-facts";
import { type FactParts, gatherCreation, gatherFacts } from "./facts";

export type PlannerParts = FactParts & { readonly now: () => number };

const PLAN_LIFE_MS = 15 * 60_000;
/** A plan that is void names so many changes, and how many more there are. */
const NAMED_CHANGES = 5;

/** Turns wishes into plans: looks at the cluster, asks what the pure planner may know, keeps what it made. */
export class Planner {
  readonly #parts: PlannerParts;

  constructor(parts: PlannerParts) {
    this.#parts = parts;
  }

  /** Nothing runs. Throws OpsError `invalid` for a wish that makes no sense here; what else is wrong stands in preflight. */
  async plan(actor: Pick<Actor, "name">, clusterId: ClusterId | undefined, wish: Wish): Promise<Plan> {
    const facts = await this.#facts(clusterId, wish);
    const draft = planWish(facts, wish);
    const madeAtMs = this.#parts.now();
    const plan: Plan = {
      ...draft,
      id: randomBytes(5).toString("hex"),
      clusterId: facts.cluster.id,
      clusterName: facts.cluster.name,
      basis: basisOf(facts),
      madeAtMs,
      expiresAtMs: madeAtMs + PLAN_LIFE_MS,
      madeBy: actor.name,
    };
    insertPlan(this.#parts.store, { plan, picture: pictureOf(facts.topology) });
    return plan;
  }

  read(planId: string): Plan {
    return this.#kept(planId).plan;
  }

  /** Throws OpsError `refused` when the plan is too old, or when the cluster or a newcomer is not as it was. */
  async checkCurrent(plan: Plan): Promise<void> {
    if (this.#parts.now() > plan.expiresAtMs)
      throw refuse("refused", "planExpired", { minutes: PLAN_LIFE_MS / 60_000 });
    const wish = wishSchema.parse(plan.wish);
    const candidates = await this.#candidates(plan.verb === "create" ? undefined : plan.clusterId, wish);
    const changes = [
      ...(plan.verb === "create" ? [] : await this.#clusterChanges(this.#kept(plan.id))),
      ...candidateChanges(plan, candidates),
    ];
    if (changes.length === 0) return;
    const more = changes.length - NAMED_CHANGES;
    const named = [...changes.slice(0, NAMED_CHANGES), ...(more > 0 ? [words.changes.more({ count: more })] : [])];
    throw refuse("refused", "planStale", { changes: named });
  }

  async #facts(clusterId: ClusterId | undefined, wish: Wish): Promise<Facts> {
    if (wish.verb === "create") {
      if (clusterId !== undefined) throw wrong("planClusterGiven", {});
      return gatherCreation(this.#parts, wish);
    }
    if (clusterId === undefined) throw wrong("planClusterNeeded", { verb: wish.verb });
    return gatherFacts(this.#parts, clusterId, wish);
  }

  async #clusterChanges({ plan, picture }: KeptPlan): Promise<readonly string[]> {
    const topology = await this.#sweepFor(plan);
    if (!topology) return [];
    const needed = plan.steps.flatMap((step) => Object.values(step).filter((value) => typeof value === "string"));
    const ids = picture.map((node) => node.id).filter((id) => needed.includes(id));
    const changes = changesBetween(picture, pictureOf(topology), ids);
    if (changes.length > 0 || topology.signature === plan.basis.signature) return changes;
    return [words.changes.other];
  }

  /** Nobody answers in a cluster that is to be started: nothing can have changed that anybody could tell. */
  #sweepFor({ clusterId, verb }: Plan) {
    const sweep = this.#parts.observer.sweep(clusterId);
    return verb === "start-cluster" ? sweep.catch(() => undefined) : sweep;
  }

  #candidates(clusterId: ClusterId | undefined, wish: Wish): Promise<readonly CandidateFacts[]> {
    return Promise.all(newcomersOf(wish).map((one) => candidateFacts(this.#parts, clusterId, one)));
  }

  #kept(planId: string): KeptPlan {
    const kept = readPlan(this.#parts.store, planId);
    if (kept) return kept;
    throw refuse("not_found", "planGone", { planId });
  }
}

/** A cluster that is to be has no signature: its nodes stand for it. */
function basisOf({ topology, candidates }: Facts): Plan["basis"] {
  const { signature, currentEpoch } = topology;
  if (signature !== "") return { signature, currentEpoch };
  const ids = candidates.map((candidate) => candidate.id ?? candidate.name).sort();
  return { signature: createHash("sha256").update(ids.join()).digest("hex").slice(0, 12), currentEpoch };
}

/** Newcomers that turned out to be somebody else, or are no longer fit to join. */
function candidateChanges(plan: Plan, candidates: readonly CandidateFacts[]): readonly string[] {
  const planned = new Set(
    plan.steps.flatMap((step) => {
      if (step.kind === "set-epoch") return [step.node.id];
      return step.kind === "meet" ? [step.candidate.id] : [];
    }),
  );
  const facts: Facts = {
    cluster: { id: plan.clusterId, name: plan.clusterName, environment: "staging", hasSecrets: false },
    topology: emptyTopology(plan.clusterId),
    slotKeys: {},
    sizes: {},
    nodes: {},
    candidates,
    managed: {},
  };
  return candidates.flatMap((candidate) => {
    if (planned.size > 0 && candidate.id !== undefined && !planned.has(candidate.id))
      return [words.changes.otherNode({ node: candidate.name })];
    return runTable(createTable, contextOf(facts, { involved: [], joining: [candidate] }))
      .filter((line) => line.kind === "refuse" && line.state === "fail")
      .map((line) => line.text);
  });
}
