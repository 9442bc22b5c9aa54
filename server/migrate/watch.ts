import type { NodeId } from "@/lib/cluster/node";
import { equalRanges, formatRanges, hasSlot, type Slot, type SlotRanges, subtractRanges } from "@/lib/cluster/slots";
import type { MoveJob } from "./mover";
import type { Side, TargetReading } from "./sides";
import { type MoveStop, stop, Trouble } from "./stop";

/** Two writes may be on their way when a reading comes, and the server needs some room to take them in. */
const ROOM_BYTES = 4 * 1024 * 1024;

/**
 * The stop conditions that are read with every batch (I13). A target that evicts, or would soon, stops it at once, with
 * the slot open: every further key could cost another one. A sick cluster state is waited out. What somebody else does
 * to this cluster lets the window in hand end forward first; it is kept in `pending`, and nothing new is opened.
 */
export class Watch {
  pending: MoveStop | undefined;
  /** As the target's last reading has it; until there is one, it may. */
  mayEvict = true;
  /** Config epoch of each side when last read. */
  readonly epochs = new Map<NodeId, number>();
  readonly #ranges: SlotRanges;
  readonly #ours: SlotRanges;
  readonly #evicted = new Map<NodeId, number>();
  readonly #elsewhere = new Map<NodeId, SlotRanges>();

  constructor(job: Pick<MoveJob, "ranges" | "operationRanges">) {
    this.#ranges = job.ranges;
    this.#ours = job.operationRanges ?? job.ranges;
  }

  /** `inHand`: the slots that may be open now. */
  check({ source, target, inHand }: WatchInput): void {
    const isEmptied = source?.self.primaryId === target.self.id;
    for (const side of isEmptied ? [target] : [target, source])
      if (side?.self.role === "replica") throw new Trouble("it is a replica now", side.self.id);
    this.#evictions(target);
    this.#elsewhereUnchanged(target);
    this.#foreignOpen(target, inHand);
    this.epochs.set(target.self.id, target.self.configEpoch);
    if (source && !isEmptied) {
      this.#elsewhereUnchanged(source);
      this.#foreignOpen(source, inHand);
      this.#epochUnchanged(source);
    }
    for (const side of [target, source])
      if (side?.state === "fail") throw new Trouble("it says cluster_state:fail", side.self.id);
  }

  #evictions({ self, evicted, roomBytes }: TargetReading): void {
    const before = this.#evicted.get(self.id) ?? evicted;
    this.#evicted.set(self.id, before);
    this.mayEvict = roomBytes !== undefined;
    if (evicted > before)
      throw stop("evictions", "evictions", { node: self.id, evicted: evicted - before }, { nodeId: self.id });
    if (roomBytes === undefined || roomBytes >= ROOM_BYTES) return;
    const roomMb = Math.max(0, Math.floor(roomBytes / 1048576));
    throw stop("evictions", "evictionNear", { node: self.id, roomMb }, { nodeId: self.id });
  }

  #elsewhereUnchanged({ self }: Side): void {
    const now = subtractRanges(self.ranges, this.#ours);
    const before = this.#elsewhere.get(self.id) ?? now;
    this.#elsewhere.set(self.id, before);
    if (equalRanges(before, now)) return;
    const ranges = formatRanges([...subtractRanges(before, now), ...subtractRanges(now, before)]);
    this.pending ??= stop("foreign-change", "foreignRanges", { node: self.id, ranges }, { nodeId: self.id });
  }

  #foreignOpen({ self }: Side, inHand: ReadonlySet<Slot>): void {
    const open = [
      ...self.migrating.map(({ slot, to }) => ({ slot, other: `to ${to}` })),
      ...self.importing.map(({ slot, from }) => ({ slot, other: `from ${from}` })),
    ];
    const isForeign = ({ slot }: { slot: Slot }) =>
      !inHand.has(slot) && (hasSlot(this.#ranges, slot) || !hasSlot(this.#ours, slot));
    const foreign = open.find(isForeign);
    if (!foreign) return;
    this.pending ??= stop("foreign-change", "foreignOpen", { node: self.id, ...foreign }, at(self.id, foreign.slot));
  }

  /** A source never raises its own epoch while it gives; another primary in its place is another entry. */
  #epochUnchanged({ self }: Side): void {
    const after = self.configEpoch;
    const before = this.epochs.get(self.id) ?? after;
    this.epochs.set(self.id, after);
    if (after === before) return;
    this.pending ??= stop("foreign-change", "foreignEpoch", { node: self.id, before, after }, { nodeId: self.id });
  }
}

export type WatchInput = {
  readonly source: Side | undefined;
  readonly target: TargetReading;
  readonly inHand: ReadonlySet<Slot>;
};

const at = (nodeId: NodeId, slot: Slot) => ({ nodeId, slot });
