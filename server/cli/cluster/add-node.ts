import { cli } from "@/lib/words/en/cli";
import { cliOutput } from "@/lib/words/en/cli-output";
import { addressOf } from "../desk/reach";
import { first, UsageError } from "../grammar/asked";
import { changes } from "./change";
import { findNode } from "./find-node";

export const addNode = changes({
  check: (asked) => {
    addressOf(first(asked, "node"));
    // redis-cli joins it as a primary then, and says nothing.
    if (asked.flags["cluster-master-id"] !== undefined && !asked.flags["cluster-slave"])
      throw new UsageError(cli.usage.together({ flag: "--cluster-master-id", with: "--cluster-slave" }));
  },
  wish: ({ asked, topology }) => {
    const { "cluster-slave": isReplica, "cluster-master-id": primary } = asked.flags;
    const node = { endpoint: addressOf(first(asked, "node")) };
    if (!isReplica) return { verb: "add-node", node, role: "primary" };
    const primaryId = primary === undefined ? {} : { primaryId: findNode(topology, primary) };
    return { verb: "add-node", node, role: "replica", ...primaryId };
  },
  done: () => [cliOutput.redisCli.added()],
});
