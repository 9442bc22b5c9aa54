import type { WishOf } from "@/lib/plans/wish";
import { cliOutput } from "@/lib/words/en/cli-output";
import { first } from "../grammar/asked";
import { changes } from "./change";
import { findNode } from "./find-node";

export type Afterwards = WishOf<"remove-node">["afterwards"];

export const delNode = changes({
  wish: ({ asked, topology }) => ({
    verb: "remove-node",
    nodeId: findNode(topology, first(asked, "node")),
    afterwards: (asked.flags.afterwards ?? "reset") as Afterwards,
  }),
  done: ({ plan }, { nodes }) => {
    const gone = plan.steps.flatMap((step) => (step.kind === "forget" ? [step.nodeId] : []));
    return nodes
      .filter((node) => gone.includes(node.id))
      .map(({ endpoint: { host, port } }) => cliOutput.redisCli.removed({ address: `${host}:${port}` }));
  },
});
