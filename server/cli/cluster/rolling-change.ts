import type { Topology } from "@/lib/cluster/topology";
import { type Asked, first } from "../grammar/asked";
import { changes } from "./change";
import { settingsIn } from "./config";
import { findNode } from "./find-node";

export const rollingConfig = changes({
  check: settingsIn,
  wish: ({ asked, topology }) => ({
    verb: "rolling-config",
    settings: settingsIn(asked),
    ...rolledBy(asked, topology),
  }),
});

export const rollingUpgrade = changes({
  wish: ({ asked, topology }) => ({
    verb: "rolling-upgrade",
    engine: first(asked, "engine"),
    ...rolledBy(asked, topology),
  }),
});

/** On which nodes, and whether their primaries get their place back. */
export function rolledBy({ flags }: Asked, topology: Topology) {
  const nodeIds = (flags.node ?? []).map((given) => findNode(topology, given));
  return { handBack: flags["hand-back"] ?? false, ...(nodeIds.length > 0 ? { nodeIds } : {}) };
}
