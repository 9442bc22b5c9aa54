import { first } from "../grammar/asked";
import { changes } from "./change";
import { findNode } from "./find-node";

export const replicate = changes({
  wish: ({ asked, topology }) => ({
    verb: "replicate",
    nodeId: findNode(topology, first(asked, "node")),
    primaryId: findNode(topology, first(asked, "primary")),
  }),
});
