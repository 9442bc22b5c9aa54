import { changes } from "./change";
import type { Afterwards } from "./del-node";
import { findNode } from "./find-node";

export const scaleIn = changes({
  wish: ({ asked, topology }) => ({
    verb: "scale-in",
    primaryIds: (asked.args.primaries ?? []).map((given) => findNode(topology, given)),
    replicas: asked.flags.replicas === "keep" ? "keep" : "remove",
    afterwards: (asked.flags.afterwards ?? "reset") as Afterwards,
  }),
});
