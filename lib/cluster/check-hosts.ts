import type { TopologyNode } from "./topology";

/** The machine a node runs on, as far as anybody said: its label, else its address. */
const hostOf = (node: TopologyNode) => node.labels.host ?? node.endpoint.host;

/** Replicas on their primary's machine; undefined when there are none. */
export function sharedHosts(primary: TopologyNode, replicas: readonly TopologyNode[]) {
  const host = hostOf(primary);
  const same = replicas.filter((node) => host !== "" && hostOf(node) === host);
  return same.length > 0 ? { host, replicas: same } : undefined;
}

/** On loopback all nodes are on one machine by nature: a sandbox, not a finding. A label says otherwise. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}
