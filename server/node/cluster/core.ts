import type { NodeParts } from "../parts";
import type { Bus } from "./bus";
import type { ClusterSettings } from "./cluster-settings";
import type { ClusterState } from "./state";

/** What the rules of the cluster work with. Each rule is a function of it, in a file of its own. */
export type ClusterCore = {
  readonly parts: NodeParts;
  readonly settings: ClusterSettings;
  readonly state: ClusterState;
  readonly bus: Bus;
};
