import { formatEndpoint, type NodeId } from "@/lib/cluster/node";
import type { Topology } from "@/lib/cluster/topology";
import { refuse } from "@/server/refuse";

const HEX = /^[0-9a-f]{1,40}$/;

/** A member by its id, by the beginning of its id where that is enough, or by its address. */
export function findNode({ nodes }: Topology, given: string): NodeId {
  const found = nodes.filter(
    (node) =>
      (HEX.test(given) && node.id.startsWith(given)) ||
      formatEndpoint(node.endpoint) === given ||
      formatEndpoint(node.dial) === given,
  );
  const [only, ...others] = found;
  if (!only) throw refuse("not_found", "cliNodeUnknown", { given });
  if (others.length === 0) return only.id;
  throw refuse("invalid", "cliNodeAmbiguous", { given, matches: found.map((node) => node.id.slice(0, 12)) });
}

/** `all`, or several of them. */
export function findNodes(topology: Topology, given: string): readonly NodeId[] | undefined {
  if (given === "all") return undefined;
  return given
    .split(",")
    .filter(Boolean)
    .map((one) => findNode(topology, one.trim()));
}
