import { type ClusterId, formatEndpoint, type NodeId } from "@/lib/cluster/node";
import { parseClusterNodes, parseInfo } from "@/lib/cluster/parse";
import { OpsError } from "@/lib/errors";
import type { NodePage } from "@/lib/wire/clusters";
import type { Observer } from "./observer";

/** What one node says right now, in its own words and in ours. A node that is silent is an OpsError that says so. */
export async function readNodePage(observer: Observer, clusterId: ClusterId, nodeId: NodeId): Promise<NodePage> {
  const link = await observer.link(clusterId, nodeId);
  const replies = await link.pipeline([["CLUSTER", "NODES"], ["CLUSTER", "INFO"], ["INFO"]]);
  const [rawNodes = "", rawInfo = "", rawServerInfo = ""] = replies.map((reply) => {
    if (reply.ok) return String(reply.value);
    const endpoint = formatEndpoint(link.endpoint);
    throw new OpsError({
      code: "forbidden",
      sentence: "notAllowed",
      message: `${endpoint} lets this account in but not look: ${reply.error.message}`,
      details: { endpoint, reason: reply.error.message },
      cause: reply.error,
    });
  });
  return {
    nodeId,
    atMs: Date.now(),
    rawNodes,
    rawInfo,
    rawServerInfo,
    info: parseInfo(rawInfo),
    nodes: parseClusterNodes(rawNodes),
  };
}
