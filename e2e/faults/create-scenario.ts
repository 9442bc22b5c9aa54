import { countSlots, SLOT_COUNT } from "@/lib/cluster/slots";
import { type FaultCluster, settle } from "./cluster";
import { addressOf, partFrom, type Scenario, view } from "./scenario";

const PRIMARIES = 3;

/** A cluster is made of nodes that belong to nobody; or given up, and they are as they were. */
export const createScenario: Scenario = {
  verb: "create",
  entry: "none",
  prepare: partFrom,
  wish: async ({ nodes }) => ({
    args: [...nodes.map(addressOf), "--cluster-replicas", "1"],
    isDone: async (cluster) => {
      const { owners, agree } = await settle(cluster.nodes);
      const owned = [...owners.values()].filter((ranges) => ranges.length > 0);
      const roles = (await Promise.all(cluster.nodes.map(view))).map(
        (lines) => lines.find((one) => one.isMyself)?.role,
      );
      return (
        agree &&
        owned.length === PRIMARIES &&
        owned.reduce((sum, ranges) => sum + countSlots(ranges), 0) === SLOT_COUNT &&
        roles.filter((role) => role === "replica").length === nodes.length - PRIMARIES
      );
    },
  }),
  isUndone,
  restore: partFrom,
};

async function isUndone({ nodes }: FaultCluster): Promise<boolean> {
  const views = await Promise.all(nodes.map(view));
  return views.every(([own, ...others]) => own?.role === "primary" && own.ranges.length === 0 && others.length === 0);
}
