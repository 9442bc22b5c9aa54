import { cli } from "@/lib/words/en/cli";
import { first, UsageError } from "../grammar/asked";
import { changes } from "./change";
import { findNode } from "./find-node";

export const failover = changes({
  check: ({ flags: { force, takeover } }) => {
    if (force && takeover) throw new UsageError(cli.usage.notBoth({ one: "--force", other: "--takeover" }));
  },
  wish: ({ asked, topology }) => {
    const { force, takeover } = asked.flags;
    const mode = force ? "force" : takeover ? "takeover" : "default";
    return { verb: "failover", replicaId: findNode(topology, first(asked, "replica")), mode };
  },
});
