import type { ClusterId } from "@/lib/cluster/node";
import { isOpsError, OpsError } from "@/lib/errors";
import { applyEvent, canBecome, isEnded, type Operation, type OperationEvent } from "@/lib/operation";
import type { EventHub } from "@/server/events";
import {
  appendEvent,
  foldOperation,
  insertOperation,
  keepFolded,
  listOperationRows,
  listUnendedRows,
} from "@/server/store/operations";
import type { Store } from "@/server/store/sqlite";

type WithoutBase<T> = T extends unknown ? Omit<T, "operationId" | "seq" | "atMs"> : never;
export type EventBody = WithoutBase<Exclude<OperationEvent, { type: "created" }>>;
export type NewOperation = Omit<Operation, "id" | "seq" | "state">;

/** Ended operations that are kept folded. */
const KEPT = 100;
const LISTED = 50;

type Parts = {
  readonly store: Store;
  readonly hub: EventHub;
  readonly now: () => number;
  /** When one is written down, before anybody may begin it. */
  readonly onCreate?: (operationId: number) => void;
  /** In the transaction that ends an operation. */
  readonly onEnd?: (operation: Operation) => void;
};

/**
 * The one function that changes an operation: an event is checked against the transition table, written and fsynced,
 * folded, and told. What cannot be written is not done: `append` throws, and whoever was about to act does not. Only
 * the bad news itself (`appendOrKeep`) is held in memory then, and written before anything else as soon as that goes.
 */
export class Journal {
  readonly #parts: Parts;
  readonly #folded = new Map<number, Operation>();
  readonly #guards = new Map<number, () => void>();
  readonly #unwritten = new Map<number, OperationEvent[]>();
  readonly #listeners = new Set<(operation: Operation) => void>();
  readonly #mourners = new Set<(operationId: number) => void>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** `also` is kept or lost together with the operation. */
  create(operation: NewOperation, also: (operationId: number) => void): Operation {
    const { store } = this.#parts;
    const created = store.transaction(() => {
      const row = { cluster_id: operation.clusterId, created_ms: operation.createdMs, state: "planned" } as const;
      const id = insertOperation(store, { ...row, plan_id: operation.plan.id });
      const event: OperationEvent = {
        type: "created",
        operationId: id,
        seq: 0,
        atMs: operation.createdMs,
        operation: { ...operation, id, seq: 0, state: "planned" },
      };
      appendEvent(store, event);
      also(id);
      return event;
    });
    this.#parts.onCreate?.(created.operationId);
    return this.#fold(undefined, [created]);
  }

  /** All in one record. */
  append(operationId: number, ...bodies: readonly EventBody[]): Operation {
    const before = this.get(operationId);
    const events = this.#events(before, bodies);
    const after = events.reduce<Operation>(applyEvent, before);
    this.#write([...(this.#unwritten.get(operationId) ?? []), ...events], after);
    this.#unwritten.delete(operationId);
    return this.#fold(before, events);
  }

  /** For what has happened already and must be told even when it cannot be written. */
  appendOrKeep(operationId: number, ...bodies: readonly EventBody[]): Operation {
    try {
      return this.append(operationId, ...bodies);
    } catch (error) {
      if (!isOpsError(error) || error.sentence !== "storeFailed") throw error;
      const before = this.get(operationId);
      const events = this.#events(before, bodies);
      this.#unwritten.set(operationId, [...(this.#unwritten.get(operationId) ?? []), ...events]);
      return this.#fold(before, events);
    }
  }

  /** Asked in the transaction of every record of an operation: throws when another life of the console has taken it. */
  guard(operationId: number, check: (() => void) | undefined): void {
    if (check) this.#guards.set(operationId, check);
    else this.#guards.delete(operationId);
  }

  find(operationId: number): Operation | undefined {
    const known = this.#folded.get(operationId);
    if (known) return known;
    const folded = foldOperation(this.#parts.store, operationId);
    if (folded) this.#keep(folded);
    return folded;
  }

  get(operationId: number): Operation {
    const found = this.find(operationId);
    if (found) return found;
    throw new OpsError({ code: "not_found", message: `There is no operation ${operationId}.` });
  }

  /** Newest first. */
  list(clusterId: ClusterId): readonly Operation[] {
    return listOperationRows(this.#parts.store, clusterId, LISTED).map((row) => this.get(row.id));
  }

  /** Oldest first; of all clusters, or of one. */
  unended(clusterId?: ClusterId): readonly Operation[] {
    return listUnendedRows(this.#parts.store, clusterId).map((row) => this.get(row.id));
  }

  /** Another life of the console has taken the operation over: what is true is read from its records. */
  drop(operationId: number): void {
    this.#folded.delete(operationId);
    this.#unwritten.delete(operationId);
    const now = this.find(operationId);
    if (now) for (const listener of [...this.#listeners]) listener(now);
    for (const mourner of [...this.#mourners]) mourner(operationId);
  }

  /** Told when this life has lost an operation to another one. */
  onDrop(mourner: (operationId: number) => void): () => void {
    this.#mourners.add(mourner);
    return () => this.#mourners.delete(mourner);
  }

  onChange(listener: (operation: Operation) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #events(before: Operation, bodies: readonly EventBody[]): readonly OperationEvent[] {
    let { seq, state } = before;
    return bodies.map((body) => {
      if (body.type === "state") {
        if (!canBecome(state, body.to))
          throw new OpsError({
            code: "internal",
            message: `operation ${before.id} cannot go from ${state} to ${body.to}`,
          });
        state = body.to;
      }
      seq++;
      return { ...body, operationId: before.id, seq, atMs: this.#parts.now() } as OperationEvent;
    });
  }

  #write(events: readonly OperationEvent[], after: Operation): void {
    const { store, onEnd } = this.#parts;
    // Progress tells what is in the cluster already; it is counted again from there when the power goes.
    const isProgress = events.every((event) => event.type === "progress");
    const write = (work: () => void) => (isProgress ? store.relaxed(work) : store.transaction(work));
    write(() => {
      this.#guards.get(after.id)?.();
      for (const event of events) appendEvent(store, event);
      if (!isEnded(after.state)) return;
      keepFolded(store, after);
      if (events.some((event) => event.type === "state")) onEnd?.(after);
    });
  }

  #fold(before: Operation | undefined, events: readonly OperationEvent[]): Operation {
    let operation = before;
    for (const event of events) {
      operation = applyEvent(operation, event);
      this.#keep(operation);
      this.#parts.hub.publish({ type: "operation", clusterId: operation.clusterId, event });
      for (const listener of [...this.#listeners]) listener(operation);
    }
    if (operation) return operation;
    throw new OpsError({ code: "internal", message: "an operation without events" });
  }

  #keep(operation: Operation): void {
    this.#folded.delete(operation.id);
    this.#folded.set(operation.id, operation);
    if (this.#folded.size <= 2 * KEPT) return;
    const ended = [...this.#folded.values()].filter((one) => isEnded(one.state) && !this.#unwritten.has(one.id));
    for (const { id } of ended.slice(0, Math.max(0, ended.length - KEPT))) this.#folded.delete(id);
  }
}
