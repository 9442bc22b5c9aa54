import { changes } from "./change";
import { findNode } from "./find-node";

export const rollingRestart = changes({
  wish: ({ asked, topology }) => {
    const nodeIds = (asked.flags.node ?? []).map((given) => findNode(topology, given));
    const handBack = asked.flags["hand-back"] ?? false;
    return { verb: "rolling-restart", handBack, ...(nodeIds.length > 0 ? { nodeIds } : {}) };
  },
});
