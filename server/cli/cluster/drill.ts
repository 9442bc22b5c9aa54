import { first } from "../grammar/asked";
import { changes } from "./change";
import { findNode } from "./find-node";

export const drill = changes({
  wish: ({ asked, topology }) => ({
    verb: "drill",
    nodeId: findNode(topology, first(asked, "node")),
    how: asked.flags.hurt ?? "kill",
  }),
});
