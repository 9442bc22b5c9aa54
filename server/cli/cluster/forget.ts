import { first } from "../grammar/asked";
import { changes } from "./change";
import { findNode } from "./find-node";

export const forget = changes({
  wish: ({ asked, topology }) => ({ verb: "forget", nodeId: findNode(topology, first(asked, "node")) }),
});
