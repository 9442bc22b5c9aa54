import { cliOutput } from "@/lib/words/en/cli-output";
import { first } from "../grammar/asked";
import { changes, paceOf } from "./change";
import { findNode } from "./find-node";

export const delNode = changes({
  wish: ({ asked, topology }) => ({
    verb: "remove-node",
    nodeId: findNode(topology, first(asked, "node")),
    afterwards: asked.flags.afterwards ?? "reset",
    ...paceOf(asked),
  }),
  done: ({ plan }, { nodes }) => {
    const gone = plan.steps.flatMap((step) => (step.kind === "forget" ? [step.nodeId] : []));
    return nodes
      .filter((node) => gone.includes(node.id))
      .map(({ endpoint: { host, port } }) => cliOutput.redisCli.removed({ address: `${host}:${port}` }));
  },
});
