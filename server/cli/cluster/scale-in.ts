import { changes, paceOf } from "./change";
import { findNode } from "./find-node";

export const scaleIn = changes({
  wish: ({ asked, topology }) => ({
    verb: "scale-in",
    primaryIds: (asked.args.primaries ?? []).map((given) => findNode(topology, given)),
    replicas: asked.flags.replicas ?? "remove",
    afterwards: asked.flags.afterwards ?? "reset",
    ...paceOf(asked),
  }),
});
