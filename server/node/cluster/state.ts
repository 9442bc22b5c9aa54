import { SLOT_COUNT } from "@/lib/cluster/slots";
import type { World } from "../world";
import { type ClusterNode, createNode, isPrimary, isReplica, leavePrimary, mark } from "./cluster-node";
import { MIGRATE_TO, MYSELF, PRIMARY } from "./flags";
import { SlotBits } from "./slot-bits";

/** FORGET keeps a node out so long: time to say it everywhere before gossip brings it back. */
const BAN_MS = 60_000;

/** What is still to be done when the node has taken its inputs. */
export type Owed = { save: boolean; update: boolean; failover: boolean; manual: boolean };

/** A failover that an operator asked for, on either side of it. */
export type Manual = {
  /** Undefined: none is under way. */
  endMs: number | undefined;
  /** On the primary, which holds back writes: the replica that asked. */
  replica: ClusterNode | undefined;
  /** On the replica: where the primary stopped. */
  primaryOffset: number | undefined;
  canStart: boolean;
};

/**
 * The cluster as this node believes it to be. Every slot has at most one owner here, and `slots` and the owner's bits always
 * say the same: only `give` and `take` change them.
 */
export class ClusterState {
  readonly nodes = new Map<string, ClusterNode>();
  readonly slots: (ClusterNode | undefined)[] = new Array(SLOT_COUNT).fill(undefined);
  readonly migratingTo = new Map<number, ClusterNode>();
  readonly importingFrom = new Map<number, ClusterNode>();
  /** Slots whose owner, as known here, no longer claims them itself: anybody's claim is as good. */
  readonly unclaimed = new SlotBits();
  readonly owed: Owed = { save: false, update: false, failover: false, manual: false };
  readonly manual: Manual = { endMs: undefined, replica: undefined, primaryOffset: undefined, canStart: false };
  readonly #banned = new Map<string, number>();
  readonly #world: World;
  /** Told when this node, or its primary, gives a slot away. */
  #onLeft: (slot: number) => void = () => {};
  myself: ClusterNode;
  currentEpoch = 0;
  lastVoteEpoch = 0;
  isOk = false;
  /** Primaries with slots. */
  size = 1;

  constructor(world: World) {
    this.#world = world;
    this.myself = this.#create(MYSELF | PRIMARY);
  }

  get nowMs(): number {
    return this.#world.monotonicMs();
  }

  /** The Unix time of a moment, ms; 0 where there is none: as nodes and people are told. */
  unixMs(moment: number | undefined): number {
    return moment === undefined ? 0 : Math.max(1, Math.round(this.#world.now() - (this.nowMs - moment)));
  }

  momentOf(unixMs: number): number {
    return this.nowMs - (this.#world.now() - unixMs);
  }

  randomId(): string {
    return this.#world.randomBytes(20).toString("hex");
  }

  onLeft(told: (slot: number) => void): void {
    this.#onLeft = told;
  }

  owe(...what: readonly (keyof Owed)[]): void {
    for (const one of what) this.owed[one] = true;
  }

  /** A node not known before, under a made-up ID where it has none yet. */
  add(flags: number, id?: string): ClusterNode {
    return this.#create(flags, id);
  }

  /** It is another one from now on. */
  rename(node: ClusterNode, id: string): void {
    this.nodes.delete(node.id);
    node.id = id;
    this.nodes.set(id, node);
  }

  /** Out of everything that knew it; its links are the caller's to close. */
  remove(node: ClusterNode): void {
    for (const [slot, owner] of this.slots.entries()) if (owner === node) this.take(slot);
    for (const open of [this.migratingTo, this.importingFrom])
      for (const [slot, other] of open) if (other === node) open.delete(slot);
    for (const other of this.nodes.values()) other.reports.delete(node);
    leavePrimary(node);
    for (const replica of [...node.replicas]) leavePrimary(replica);
    this.nodes.delete(node.id);
  }

  ban(id: string): void {
    this.#banned.set(id, this.nowMs + BAN_MS);
  }

  isBanned(id: string): boolean {
    for (const [banned, until] of this.#banned) if (until < this.nowMs) this.#banned.delete(banned);
    return this.#banned.has(id);
  }

  /** Whether nobody owned it. */
  give(slot: number, node: ClusterNode): boolean {
    if (this.slots[slot]) return false;
    this.slots[slot] = node;
    node.slots.add(slot);
    this.unclaimed.remove(slot);
    if (node.slots.count === 1 && this.#hasReplicas()) mark(node, MIGRATE_TO);
    return true;
  }

  take(slot: number): boolean {
    const owner = this.slots[slot];
    if (!owner) return false;
    owner.slots.remove(slot);
    this.slots[slot] = undefined;
    this.unclaimed.remove(slot);
    if (owner === this.myself || owner === this.myself.primary) this.#onLeft(slot);
    return true;
  }

  takeAll(node: ClusterNode): void {
    for (let slot = 0; slot < SLOT_COUNT; slot++) if (node.slots.has(slot)) this.take(slot);
  }

  /** Nobody has it, or who has it says no more that he does. */
  isFree(slot: number): boolean {
    return this.slots[slot] === undefined || this.unclaimed.has(slot);
  }

  /** Of a shard: the primary first. */
  shardOf(node: ClusterNode): readonly ClusterNode[] {
    const primary = isPrimary(node) ? node : (node.primary ?? node);
    return [primary, ...primary.replicas];
  }

  /** The epoch of the shard of a node. */
  epochOf(node: ClusterNode): number {
    return isReplica(node) && node.primary ? node.primary.configEpoch : node.configEpoch;
  }

  maxEpoch(): number {
    let max = this.currentEpoch;
    for (const node of this.nodes.values()) max = Math.max(max, node.configEpoch);
    return max;
  }

  /** An epoch above all others without asking anybody. False: this node's is the highest already. */
  bumpEpoch(): boolean {
    if (this.myself.configEpoch !== 0 && this.myself.configEpoch === this.maxEpoch()) return false;
    this.currentEpoch++;
    this.myself.configEpoch = this.currentEpoch;
    this.owe("save");
    this.#world.log("warning", `New configEpoch set to ${this.myself.configEpoch}`);
    return true;
  }

  #create(flags: number, id = this.randomId()): ClusterNode {
    const node = createNode(id, flags, this.nowMs);
    this.nodes.set(id, node);
    return node;
  }

  #hasReplicas(): boolean {
    for (const node of this.nodes.values()) if (isPrimary(node) && node.replicas.length > 0) return true;
    return false;
  }
}
