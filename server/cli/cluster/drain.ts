import { changes, paceOf } from "./change";
import { findNode } from "./find-node";

export const drain = changes({
  wish: ({ asked, topology }) => ({
    verb: "drain",
    primaryIds: (asked.args.primaries ?? []).map((given) => findNode(topology, given)),
    ...paceOf(asked),
  }),
});
