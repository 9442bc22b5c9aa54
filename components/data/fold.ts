import type { QueryClient } from "@tanstack/react-query";
import { assertNever } from "@/lib/of";
import { applyEvent, type Operation, type OperationEvent } from "@/lib/operation";
import type { ClusterSnapshot, ClusterSummary } from "@/lib/wire/clusters";
import type { LiveEvent, TimelineEntry } from "@/lib/wire/live";
import { keys } from "./queries";

type EventOf<T extends LiveEvent["type"]> = Extract<LiveEvent, { type: T }>;

/**
 * Writes one live event into the query cache. Only what a screen has already read is changed: what was never asked for
 * is read whole when it is. An event older than the picture it belongs to changes nothing.
 */
export function foldEvent(client: QueryClient, event: LiveEvent): void {
  switch (event.type) {
    case "reset":
      void client.invalidateQueries();
      return;
    case "topology":
      client.setQueryData<ClusterSnapshot>(keys.cluster(event.clusterId), (old) => withTopology(old, event));
      return;
    case "heartbeat":
      client.setQueryData<ClusterSnapshot>(keys.cluster(event.clusterId), (old) => withHeartbeat(old, event));
      return;
    case "timeline":
      client.setQueryData<readonly TimelineEntry[]>(keys.timeline(event.clusterId), (old) =>
        old && !old.some((entry) => entry.seq === event.entry.seq) ? [event.entry, ...old].slice(0, 1000) : old,
      );
      return;
    case "operation":
      foldOperation(client, event);
      return;
    case "cluster":
      foldCluster(client, event);
      return;
    case "runtime":
      client.setQueryData(keys.managed, event.nodes);
      return;
    default:
      assertNever(event);
  }
}

function withTopology(old: ClusterSnapshot | undefined, event: EventOf<"topology">): ClusterSnapshot | undefined {
  if (!old || (old.topology && old.topology.atMs > event.topology.atMs)) return old;
  return { ...old, topology: event.topology, findings: event.findings };
}

function withHeartbeat(old: ClusterSnapshot | undefined, event: EventOf<"heartbeat">): ClusterSnapshot | undefined {
  if (!old?.topology) return old;
  const said = new Map(event.nodes.map((node) => [node.id, node]));
  const nodes = old.topology.nodes.map((node) => {
    const now = said.get(node.id);
    return now ? { ...node, answer: now.answer, ...(now.stats ? { stats: now.stats } : {}) } : node;
  });
  return { ...old, topology: { ...old.topology, nodes } };
}

function foldOperation(client: QueryClient, { clusterId, event }: EventOf<"operation">): void {
  const one = keys.operation(clusterId, event.operationId);
  client.setQueryData<Operation>(one, (old) => (old || event.type === "created" ? applyEvent(old, event) : old));
  client.setQueryData<readonly Operation[]>(keys.operations(clusterId), (old) => old && inList(old, event));
  // The last commands come with the last change of state.
  if (event.type === "state") void client.invalidateQueries({ queryKey: keys.transcript(event.operationId) });
}

function inList(list: readonly Operation[], event: OperationEvent): readonly Operation[] {
  if (list.some((operation) => operation.id === event.operationId))
    return list.map((operation) => (operation.id === event.operationId ? applyEvent(operation, event) : operation));
  return event.type === "created" ? [event.operation, ...list] : list;
}

function foldCluster(client: QueryClient, { clusterId, summary }: EventOf<"cluster">): void {
  client.setQueryData<readonly ClusterSummary[]>(keys.clusters, (old) => {
    if (!old) return old;
    if (!summary) return old.filter((cluster) => cluster.id !== clusterId);
    return old.some((cluster) => cluster.id === clusterId)
      ? old.map((cluster) => (cluster.id === clusterId ? summary : cluster))
      : [...old, summary];
  });
  if (summary) client.setQueryData<ClusterSnapshot>(keys.cluster(clusterId), (old) => old && { ...old, summary });
}
