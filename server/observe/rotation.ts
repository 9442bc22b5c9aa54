import type { NodeId } from "@/lib/cluster/node";
import type { NodeWatch } from "./node-watch";

/** Up to here every node's own CLUSTER NODES is read each second (0.1 ms each at 100 nodes). */
const ALL_UP_TO = 150;
const TURNS = 60;

/**
 * Whose CLUSTER NODES is read in this beat. In larger clusters each node has its turn once a minute, and at once when
 * its CLUSTER INFO or its replication says that something moved.
 */
export function fullViewsDue(nodes: readonly NodeWatch[], beat: number): ReadonlySet<NodeId> {
  const due =
    nodes.length <= ALL_UP_TO
      ? nodes
      : nodes.filter((node, i) => i % TURNS === beat % TURNS || node.hasMoved || !node.isAnswering);
  return new Set(due.map((node) => node.id));
}
