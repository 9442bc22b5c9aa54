import { first } from "../grammar/asked";
import { changes } from "./change";
import { findNode } from "./find-node";
import { slotsAsked } from "./slots-given";

export const addSlots = changes({
  check: slotsAsked,
  wish: ({ asked, topology }) => ({
    verb: "add-slots",
    nodeId: findNode(topology, first(asked, "node")),
    ranges: slotsAsked(asked),
  }),
});
