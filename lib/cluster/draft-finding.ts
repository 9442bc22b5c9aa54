import type { Finding } from "./finding";
import type { NodeId } from "./node";
import type { Topology, TopologyNode } from "./topology";

/** A finding before it is known since when it stands. */
export type Draft = Omit<Finding, "sinceMs"> & { readonly sinceMs?: number | undefined };

/** What the checks look at, with the look-ups that they share. */
export type Checked = {
  readonly topology: Topology;
  readonly byId: ReadonlyMap<NodeId, TopologyNode>;
  readonly name: (id: NodeId | undefined) => string;
};

/** Answers, and is not held for dead. */
export const isWell = (node: TopologyNode | undefined) => node?.answer.kind === "answered" && node.health !== "fail";
