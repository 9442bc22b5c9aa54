import type { BusLink } from "./bus-link";
import { FAIL, HANDSHAKE, MIGRATE_TO, NO_ADDRESS, PFAIL, PRIMARY, REPLICA } from "./flags";
import { SlotBits } from "./slot-bits";

/** Another node, or this one, as this one sees it. Moments are monotonic ms of this node's world; undefined: never, or none. */
export type ClusterNode = {
  id: string;
  flags: number;
  configEpoch: number;
  readonly slots: SlotBits;
  primary: ClusterNode | undefined;
  readonly replicas: ClusterNode[];
  ip: string;
  port: number;
  plainPort: number;
  busPort: number;
  hostname: string;
  readonly createdMs: number;
  /** Of the ping that waits for its pong. */
  pingSentMs: number | undefined;
  pongMs: number | undefined;
  /** Anything at all came from it. */
  heardMs: number | undefined;
  failedMs: number | undefined;
  /** This node last voted for one of its replicas. */
  votedMs: number | undefined;
  orphanedMs: number | undefined;
  offset: number;
  link: BusLink | undefined;
  inbound: BusLink | undefined;
  /** Primaries that say they hear nothing of it, and when they said so last. */
  readonly reports: Map<ClusterNode, number>;
};

export const createNode = (id: string, flags: number, nowMs: number): ClusterNode => ({
  id,
  flags,
  configEpoch: 0,
  slots: new SlotBits(),
  primary: undefined,
  replicas: [],
  ip: "",
  port: 0,
  plainPort: 0,
  busPort: 0,
  hostname: "",
  createdMs: nowMs,
  pingSentMs: undefined,
  pongMs: undefined,
  heardMs: undefined,
  failedMs: undefined,
  votedMs: undefined,
  orphanedMs: undefined,
  offset: 0,
  link: undefined,
  inbound: undefined,
  reports: new Map(),
});

export const isPrimary = (node: ClusterNode): boolean => (node.flags & PRIMARY) !== 0;
export const isReplica = (node: ClusterNode): boolean => (node.flags & REPLICA) !== 0;
export const hasFailed = (node: ClusterNode): boolean => (node.flags & FAIL) !== 0;
export const isSilent = (node: ClusterNode): boolean => (node.flags & PFAIL) !== 0;
export const inHandshake = (node: ClusterNode): boolean => (node.flags & HANDSHAKE) !== 0;
export const hasAddress = (node: ClusterNode): boolean => (node.flags & NO_ADDRESS) === 0;
export const goodReplicas = (node: ClusterNode): number =>
  node.replicas.filter((replica) => (replica.flags & FAIL) === 0).length;

export function mark(node: ClusterNode, flag: number): void {
  node.flags |= flag;
}

export function unmark(node: ClusterNode, flag: number): void {
  node.flags &= ~flag;
}

export function joinPrimary(primary: ClusterNode, replica: ClusterNode): void {
  replica.primary = primary;
  if (primary.replicas.includes(replica)) return;
  primary.replicas.push(replica);
  mark(primary, MIGRATE_TO);
}

/** Whether it had one. */
export function leavePrimary(replica: ClusterNode): boolean {
  const primary = replica.primary;
  if (!primary) return false;
  const at = primary.replicas.indexOf(replica);
  if (at >= 0) primary.replicas.splice(at, 1);
  if (primary.replicas.length === 0) unmark(primary, MIGRATE_TO);
  replica.primary = undefined;
  return true;
}
