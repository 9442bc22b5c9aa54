import type { Address, ConnectionId } from "../world";
import type { BusReader } from "./bus-reader";
import type { ClusterNode } from "./cluster-node";

/** One connection of the bus. This node sends what it has to say over the links it dialled, and answers over the others. */
export type BusLink = {
  readonly connection: ConnectionId;
  readonly isInbound: boolean;
  /** Undefined: an inbound link whose sender has not said who it is, or which is closed. */
  node: ClusterNode | undefined;
  isOpen: boolean;
  isClosed: boolean;
  readonly createdMs: number;
  readonly reader: BusReader;
  readonly remote: Address;
  /** Where the other side reached this node. */
  local: Address | undefined;
};
