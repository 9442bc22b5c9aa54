import type { Topology } from "@/lib/cluster/topology";
import { cli } from "@/lib/words/en/cli";
import { type Asked, UsageError } from "../grammar/asked";
import { changes, paceOf } from "./change";
import { findNode } from "./find-node";

/** As redis-cli leaves it when nothing is said. */
const THRESHOLD = 2;

export const rebalance = changes({
  check: (asked) => {
    weightsIn(asked);
    const threshold = asked.flags["cluster-threshold"] ?? THRESHOLD;
    if (threshold < 0 || threshold > 100) throw new UsageError(cli.usage.percent({ flag: "--cluster-threshold" }));
  },
  wish: ({ asked, topology }) => ({
    verb: "rebalance",
    by: asked.flags.by ?? "slots",
    threshold: asked.flags["cluster-threshold"] ?? THRESHOLD,
    useEmpty: asked.flags["cluster-use-empty-masters"] === true,
    ...weightsOf(asked, topology),
    ...paceOf(asked),
  }),
});

function weightsOf(asked: Asked, topology: Topology) {
  const weights = weightsIn(asked).map(({ node, weight }) => ({ nodeId: findNode(topology, node), weight }));
  return weights.length > 0 ? { weights } : {};
}

function weightsIn({ flags }: Asked) {
  return (flags["cluster-weight"] ?? []).map((given) => {
    const [, node, number] = /^(.+)=(-?\d+(?:\.\d+)?)$/.exec(given) ?? [];
    if (node === undefined) throw new UsageError(cli.usage.weight({ given }));
    return { node, weight: Number(number) };
  });
}
