import { check } from "@/lib/cluster/check";
import type { SlotTask } from "@/lib/cluster/check-tasks";
import { diagnose, type OwnerScan } from "@/lib/cluster/diagnose";
import type { ClusterId, NodeId } from "@/lib/cluster/node";
import { ALL_SLOTS, eachSlot, SLOT_COUNT } from "@/lib/cluster/slots";
import type { DeepCheck } from "@/lib/wire/check";
import type { ClusterRegistry } from "@/server/clusters/registry";
import { askOffer } from "@/server/migrate/choose";
import type { Observer } from "./observer";
import { askOwners, readMany } from "./owners";

type Parts = {
  readonly observer: Observer;
  readonly registry: Pick<ClusterRegistry, "get">;
  /** Number of the operation that is not over: tasks are its own then, and its mover looks for others itself. */
  readonly busyWith?: (id: ClusterId) => number | undefined;
  readonly now: () => number;
};

/**
 * All that can be seen of a cluster without changing it: every view, and the keys of all slots on every primary that
 * answers. About 16 ms of work for each of them, so only when somebody asks; two who ask at once share one. The last
 * result is kept with its time.
 */
export class DeepChecks {
  readonly #parts: Parts;
  readonly #running = new Map<ClusterId, Promise<DeepCheck>>();
  readonly #kept = new Map<ClusterId, DeepCheck>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  run(id: ClusterId): Promise<DeepCheck> {
    const running = this.#running.get(id) ?? this.#check(id).finally(() => this.#running.delete(id));
    this.#running.set(id, running);
    return running;
  }

  last(id: ClusterId): DeepCheck | undefined {
    return this.#kept.get(id);
  }

  forget(id: ClusterId): void {
    this.#kept.delete(id);
  }

  async #check(id: ClusterId): Promise<DeepCheck> {
    const { observer, registry, now, busyWith } = this.#parts;
    const startedMs = performance.now();
    const { acceptsAnyCertificate } = registry.get(id);
    const topology = await observer.sweep(id);
    const asked = topology.nodes.filter((node) => node.role === "primary" && !node.handshake);
    const answering = asked.filter((node) => node.answer.kind === "answered").map((node) => node.id);
    const scan = await countOn(observer, id, answering);
    const tasks = busyWith?.(id) === undefined ? await tasksOn(observer, id, answering) : [];
    const findings = check(topology, {
      previous: [...observer.snapshot(id).findings, ...(this.#kept.get(id)?.findings ?? [])],
      acceptsAnyCertificate,
      scan,
      tasks,
    });
    const notCounted = asked.filter((node) => scan[node.id] === undefined).map((node) => node.id);
    const done: DeepCheck = {
      atMs: now(),
      tookMs: Math.round(performance.now() - startedMs),
      healthy: notCounted.length === 0 && findings.every((finding) => finding.severity === "note"),
      topology,
      findings,
      troubles: diagnose(topology, scan),
      notCounted,
    };
    this.#kept.set(id, done);
    return done;
  }
}

async function countOn(observer: Observer, id: ClusterId, nodes: readonly NodeId[]): Promise<OwnerScan> {
  const slots = [...eachSlot(ALL_SLOTS)];
  const commands = slots.map((slot) => ["CLUSTER", "COUNTKEYSINSLOT", slot]);
  const counts = await askOwners(
    nodes.map((owner) => ({ owner, slots })),
    async ({ owner }) => readMany({ observer, id, node: owner }, commands, { buffers: false }),
  );
  return Object.fromEntries(
    nodes.flatMap((node, i) => {
      const mine = counts[i];
      if (mine?.length !== SLOT_COUNT || mine.some((count) => typeof count !== "number")) return [];
      return [[node, mine.map(Number)]];
    }),
  );
}

/** Whoever does not tell has none as far as is known; its silence is a finding of its own. */
async function tasksOn(observer: Observer, id: ClusterId, nodes: readonly NodeId[]): Promise<readonly SlotTask[]> {
  const offers = await askOwners(
    nodes.map((owner) => ({ owner, slots: [] })),
    async ({ owner }) => askOffer(await observer.link(id, owner)),
  );
  return nodes.flatMap((nodeId, i) => (offers[i]?.tasks ?? []).map((task) => ({ nodeId, ...task })));
}
