import type { NodeId, ViewNode } from "@/lib/cluster/node";
import { hasSlot, type Slot } from "@/lib/cluster/slots";
import type { Topology } from "@/lib/cluster/topology";
import { isOpsError } from "@/lib/errors";
import type { StopReason } from "@/lib/operation";
import { stop } from "@/server/migrate/stop";
import { askView, ownLine } from "./ask";
import type { StepContext } from "./context";

/** What the two ends of a half-moved slot say of it, each on its own line. */
type Ends = { readonly source: ViewNode; readonly target: ViewNode };
type Pair = { readonly source: NodeId; readonly target: NodeId };

/**
 * Another tool at work on slots that a repair has found open and not touched yet: it shows as a flag that is another
 * one than when the step began, that names somebody else, or as a third owner. Read right before each window is opened.
 *
 * Not seen: keys that another tool carries on between the same two nodes, because clients write there too; the mover
 * counts both sides anyway. After a failover of an end nothing is compared: the flags of the new primary are its own.
 */
export class ForeignFlags {
  readonly #pair: Pair;
  readonly #context: StepContext;
  readonly #topology: Topology;
  readonly #first = new Map<Slot, string>();

  constructor(pair: Pair, context: StepContext, topology: Topology) {
    this.#pair = pair;
    this.#context = context;
    this.#topology = topology;
  }

  /** From now on these slots are expected to stay as they are. */
  async expect(slots: readonly Slot[]): Promise<void> {
    const ends = await this.#read();
    if (ends) for (const slot of slots) this.#first.set(slot, stateOf(slot, ends));
  }

  async find(slots: readonly Slot[]): Promise<StopReason | undefined> {
    const ends = await this.#read();
    if (!ends) return undefined;
    for (const slot of slots) {
      const reason = hasSlot(ends.target.ranges, slot) ? undefined : this.#judge(slot, ends);
      if (reason) return reason;
    }
    return undefined;
  }

  #judge(slot: Slot, ends: Ends): StopReason | undefined {
    const { source, target } = this.#pair;
    const to = ends.source.migrating.find((one) => one.slot === slot)?.to;
    const from = ends.target.importing.find((one) => one.slot === slot)?.from;
    if (to !== undefined && !this.#isOfShard(to, target)) return this.#say(slot, source, `to ${this.#name(to)}`);
    if (from !== undefined && !this.#isOfShard(from, source))
      return this.#say(slot, target, `from ${this.#name(from)}`);
    const before = this.#first.get(slot);
    if (before === undefined || before === stateOf(slot, ends)) return undefined;
    const at = to === undefined && before.startsWith("to") ? source : target;
    return this.#say(slot, at, stateOf(slot, ends));
  }

  #say(slot: Slot, nodeId: NodeId, other: string): StopReason {
    const told = { node: this.#context.name(nodeId), slot, other };
    return stop("foreign-change", "foreignFlag", told, { nodeId, slot }).reason;
  }

  #name(id: NodeId): string {
    return this.#context.name(id);
  }

  /** A flag names whom it was set for, also when another node of that shard is primary now. */
  #isOfShard(id: NodeId, primaryId: NodeId): boolean {
    const shard = this.#topology.shards.find((one) => one.primaryId === primaryId);
    return id === primaryId || [...(shard?.replicaIds ?? []), ...(shard?.formerIds ?? [])].includes(id);
  }

  /** Undefined: one of them is no primary any more, or silent. Then it is the mover's to find out who is. */
  async #read(): Promise<Ends | undefined> {
    const { source, target } = this.#pair;
    const [from, to] = await Promise.all([this.#line(source), this.#line(target)]);
    return from?.role === "primary" && to?.role === "primary" ? { source: from, target: to } : undefined;
  }

  async #line(id: NodeId): Promise<ViewNode | undefined> {
    try {
      return ownLine(await askView(await this.#context.link(id), id, this.#context.now()));
    } catch (error) {
      if (isOpsError(error) && error.sentence !== "leaseLost") return undefined;
      throw error;
    }
  }
}

function stateOf(slot: Slot, { source, target }: Ends): string {
  const to = source.migrating.find((one) => one.slot === slot)?.to;
  const from = target.importing.find((one) => one.slot === slot)?.from;
  const owns = hasSlot(source.ranges, slot) ? "" : "; owned by somebody else";
  return `${to ? "to" : "not to"} the target, ${from ? "from" : "not from"} the source${owns}`;
}
