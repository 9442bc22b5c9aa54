import { type ClusterId, formatEndpoint, type NodeId } from "@/lib/cluster/node";
import type { SlotRanges } from "@/lib/cluster/slots";
import type { Plan } from "@/lib/plans/plan";
import type { Actor } from "@/lib/wire/access";
import type { DeepCheck } from "@/lib/wire/check";
import type {
  ClusterSnapshot,
  ClusterSummary,
  Connect,
  Connection,
  Measure,
  NodePage,
  SlotKeys,
  UpdateCluster,
} from "@/lib/wire/clusters";
import type { SourceAccess } from "@/lib/wire/imports";
import { requireRole } from "./access/require-role";
import type { Planner } from "./admin/planner";
import type { ClusterRegistry } from "./clusters/registry";
import { DeepChecks } from "./observe/deep-check";
import { measureSlots } from "./observe/measure";
import { readNodePage } from "./observe/node-page";
import type { Observer } from "./observe/observer";
import { readSlotKeys } from "./observe/slot-keys";
import { refuse } from "./refuse";

type Parts = {
  readonly registry: ClusterRegistry;
  readonly observer: Observer;
  readonly planner: Planner;
  /** Number of the operation that is not over. */
  readonly busyWith: (id: ClusterId) => number | undefined;
  /** When an operation last ended. */
  readonly changedMs: (id: ClusterId) => number;
  readonly now: () => number;
};

const TRIES = 10;
const TRIES_MS = 60_000;

/** Which clusters the console knows: read, connect, rename, disconnect. Nothing on a cluster changes here. */
export class ClusterDoor {
  readonly #parts: Parts;
  readonly #checks: DeepChecks;
  #tries: readonly number[] = [];

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#checks = new DeepChecks(parts);
  }

  list(): readonly ClusterSummary[] {
    const { registry, observer } = this.#parts;
    return registry.list().map(({ id }) => observer.summary(id));
  }

  read(id: ClusterId): ClusterSnapshot {
    const { registry, observer } = this.#parts;
    registry.get(id);
    const { topology, findings } = observer.snapshot(id);
    return { summary: observer.summary(id), findings, ...(topology ? { topology } : {}) };
  }

  nodePage(id: ClusterId, nodeId: NodeId): Promise<NodePage> {
    return readNodePage(this.#parts.observer, id, nodeId);
  }

  slotKeys(id: ClusterId): Promise<SlotKeys> {
    return readSlotKeys(this.#parts.observer, id);
  }

  measure(id: ClusterId, ranges: SlotRanges): Promise<Measure> {
    return measureSlots(this.#parts.observer, id, ranges);
  }

  check(id: ClusterId): Promise<DeepCheck> {
    return this.#checks.run(id);
  }

  lastCheck(id: ClusterId): { readonly check?: DeepCheck } {
    this.#parts.registry.get(id);
    const last = this.#checks.last(id);
    return last && last.atMs >= this.#parts.changedMs(id) ? { check: last } : {};
  }

  plan(id: ClusterId, planId: string): Plan {
    const plan = this.#parts.planner.read(planId);
    if (plan.clusterId === id) return plan;
    throw refuse("not_found", "planOfOther", { plan: planId, clusterId: id });
  }

  /** Kept for the import that it is given to; no cluster is reached with it. */
  keepAccess(actor: Actor, id: ClusterId, access: SourceAccess): { readonly access: string } {
    requireRole(actor, "operator");
    const { registry } = this.#parts;
    registry.get(id);
    return { access: registry.sources.keep(id, access) };
  }

  async connect(actor: Actor, input: Connect): Promise<ClusterSummary> {
    requireRole(actor, "admin");
    const { registry, observer } = this.#parts;
    this.#countTry();
    this.#refuseKnown(input);
    await registry.verify(input);
    const { id } = registry.add(input);
    observer.watch(id);
    return observer.summary(id);
  }

  connection(id: ClusterId): Connection {
    return this.#parts.registry.connection(id);
  }

  /**
   * Addresses and the address map say where the cluster's credentials are sent: to change them, or the credentials,
   * wants an admin, no operation on the way, and for seeds and credentials an answer of the nodes first.
   */
  async update(actor: Actor, id: ClusterId, patch: UpdateCluster): Promise<ClusterSummary> {
    const { registry, observer } = this.#parts;
    const { access, ...rest } = patch;
    const redials = access !== undefined || patch.seeds !== undefined || patch.addressMap !== undefined;
    requireRole(actor, redials ? "admin" : "operator");
    if (redials) this.#refuseBusy(id);
    if (access !== undefined || patch.seeds !== undefined) {
      this.#countTry();
      await registry.verifyChange(id, patch);
    }
    registry.update(id, rest);
    if (access) registry.setAccess(id, access);
    if (redials) observer.rewatch(id);
    else observer.tellSummary(id);
    return observer.summary(id);
  }

  disconnect(actor: Actor, id: ClusterId): void {
    requireRole(actor, "admin");
    const { registry, observer } = this.#parts;
    this.#refuseBusy(id);
    observer.unwatch(id);
    registry.remove(id);
    this.#checks.forget(id);
  }

  #refuseBusy(id: ClusterId): void {
    const { registry, busyWith } = this.#parts;
    const { name } = registry.get(id);
    const operation = busyWith(id);
    if (operation !== undefined) throw refuse("busy", "disconnectBusy", { operation, name });
  }

  /** Trying addresses is a way to look around in a network: it is slow here. */
  #countTry(): void {
    const nowMs = this.#parts.now();
    this.#tries = this.#tries.filter((atMs) => atMs > nowMs - TRIES_MS);
    const [first] = this.#tries;
    if (first !== undefined && this.#tries.length >= TRIES) {
      const seconds = Math.ceil((first + TRIES_MS - nowMs) / 1000);
      throw refuse("refused", "tooManyTries", { tries: TRIES, seconds });
    }
    this.#tries = [...this.#tries, nowMs];
  }

  /** The same cluster under two names would have two writers. */
  #refuseKnown(input: Connect): void {
    const { registry, observer } = this.#parts;
    const seeds = new Set(input.seeds.map(formatEndpoint));
    for (const { id, name } of registry.list()) {
      const node = observer
        .snapshot(id)
        .topology?.nodes.find((n) => seeds.has(formatEndpoint(n.dial)) || seeds.has(formatEndpoint(n.endpoint)));
      if (!node) continue;
      throw refuse("refused", "clusterKnown", { endpoint: formatEndpoint(node.dial), name });
    }
  }
}
