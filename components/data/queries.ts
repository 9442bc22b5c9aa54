"use client";
import { type QueryClient, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ClusterId, NodeId } from "@/lib/cluster/node";
import type { DeepCheck } from "@/lib/wire/check";
import type { ClusterSnapshot, ClusterSummary, Connection, NodePage, SlotKeys } from "@/lib/wire/clusters";
import type { RouteName, RouteReply } from "@/lib/wire/routes";
import { type CallInput, call } from "./api";

/** Every key of the query cache. Live events write to the same keys. */
export const keys = {
  session: ["session"],
  clusters: ["clusters"],
  cluster: (id: ClusterId) => ["cluster", id],
  connection: (id: ClusterId) => ["connection", id],
  timeline: (id: ClusterId) => ["timeline", id],
  nodePage: (id: ClusterId, node: NodeId) => ["node-page", id, node],
  slotKeys: (id: ClusterId) => ["slot-keys", id],
  check: (id: ClusterId) => ["check", id],
  lastCheck: (id: ClusterId) => ["last-check", id],
  plan: (planId: string) => ["plan", planId],
  operations: (id: ClusterId) => ["operations", id],
  operation: (id: ClusterId, operation: number) => ["operation", id, operation],
  transcript: (operation: number) => ["transcript", operation],
  backups: (id: string) => ["backups", id],
  managed: ["managed"],
  managedLog: (id: string) => ["managed-log", id],
} as const;

export function useSession() {
  return useQuery({
    queryKey: keys.session,
    queryFn: ({ signal }) => call("session.read", { signal }),
    staleTime: 60_000,
    // Rights can go down without an event: by idleness, by age.
    refetchInterval: 60_000,
  });
}

export function useClusters() {
  return useQuery<readonly ClusterSummary[]>({
    queryKey: keys.clusters,
    queryFn: ({ signal }) => call("clusters.list", { signal }),
  });
}

export function useCluster(id: ClusterId) {
  return useQuery<ClusterSnapshot>({
    queryKey: keys.cluster(id),
    queryFn: ({ signal }) => call("clusters.read", { params: { clusterId: id }, signal }),
    // Until the first sweep has ended there is no picture to fold events into.
    refetchInterval: (query) => (query.state.data && !query.state.data.topology ? 1000 : false),
  });
}

/** How a cluster is reached; for operators. */
export function useConnection(id: ClusterId, options: { enabled: boolean }) {
  return useQuery<Connection>({
    queryKey: keys.connection(id),
    queryFn: ({ signal }) => call("clusters.connection", { params: { clusterId: id }, signal }),
    enabled: options.enabled,
  });
}

export function useTimeline(id: ClusterId) {
  return useQuery({
    queryKey: keys.timeline(id),
    queryFn: ({ signal }) => call("timeline.list", { params: { clusterId: id }, query: { limit: 200 }, signal }),
  });
}

export function useNodePage(id: ClusterId, node: NodeId, options: { enabled: boolean }) {
  return useQuery<NodePage>({
    queryKey: keys.nodePage(id, node),
    queryFn: ({ signal }) => call("nodes.page", { params: { clusterId: id, nodeId: node }, signal }),
    refetchInterval: 5000,
    enabled: options.enabled,
  });
}

export function useSlotKeys(id: ClusterId, options: { enabled: boolean; everyMs?: number }) {
  return useQuery<SlotKeys>({
    queryKey: keys.slotKeys(id),
    queryFn: ({ signal }) => call("slots.keys", { params: { clusterId: id }, signal }),
    enabled: options.enabled,
    refetchInterval: options.everyMs ?? false,
    staleTime: 5000,
  });
}

/** Every view, and the keys of every slot on every primary: asked for once, when a screen needs it. */
export function useDeepCheck(id: ClusterId | undefined) {
  return useQuery<DeepCheck>({
    queryKey: keys.check(id ?? ("" as ClusterId)),
    queryFn: ({ signal }) => call("check.run", { params: { clusterId: id ?? ("" as ClusterId) }, signal }),
    enabled: id !== undefined,
    staleTime: 30_000,
    gcTime: 30_000,
  });
}

/** What was found when somebody last counted; nothing when an operation has ended since. */
export function useLastCheck(id: ClusterId) {
  return useQuery<RouteReply<"check.read">>({
    queryKey: keys.lastCheck(id),
    queryFn: ({ signal }) => call("check.read", { params: { clusterId: id }, signal }),
    refetchInterval: 30_000,
  });
}

/** A plan is found by its id alone: a creation has no cluster yet. */
export function usePlan(planId: string | undefined) {
  return useQuery({
    queryKey: keys.plan(planId ?? ""),
    queryFn: ({ signal }) => call("creations.read", { params: { planId: planId ?? "" }, signal }),
    enabled: planId !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function useBackups(id: ClusterId | undefined) {
  return useQuery({
    queryKey: keys.backups(id ?? ""),
    queryFn: ({ signal }) => call("backups.list", { params: { clusterId: id as ClusterId }, signal }),
    enabled: id !== undefined,
  });
}

export function useOperations(id: ClusterId) {
  return useQuery({
    queryKey: keys.operations(id),
    queryFn: ({ signal }) => call("operations.list", { params: { clusterId: id }, signal }),
  });
}

export function useOperation(id: ClusterId, operationId: number | undefined) {
  return useQuery({
    queryKey: keys.operation(id, operationId ?? 0),
    queryFn: ({ signal }) =>
      call("operations.read", { params: { clusterId: id, operationId: operationId ?? 0 }, signal }),
    enabled: operationId !== undefined,
  });
}

type Transcript = RouteReply<"operations.transcript">;

/** What one request brings, and how many are made in a row: a long operation is read whole, not page by page a second. */
const TRANSCRIPT_PAGE = 1000;
const TRANSCRIPT_PAGES = 40;
/** Kept in the browser; the server keeps all of it. */
const TRANSCRIPT_KEPT = 20_000;

/** Oldest first; each fetch asks only for what came after the last entry known, until there is no more. */
export function useTranscript(id: ClusterId, operationId: number, options: { live: boolean }) {
  const client = useQueryClient();
  return useQuery<Transcript>({
    queryKey: keys.transcript(operationId),
    queryFn: async ({ signal }) => {
      let known: Transcript = client.getQueryData<Transcript>(keys.transcript(operationId)) ?? [];
      for (let page = 0; page < TRANSCRIPT_PAGES; page++) {
        const more = await call("operations.transcript", {
          params: { clusterId: id, operationId },
          query: { after: known.at(-1)?.id, limit: TRANSCRIPT_PAGE },
          signal,
        });
        if (more.length > 0) known = [...known, ...more].slice(-TRANSCRIPT_KEPT);
        if (more.length < TRANSCRIPT_PAGE) break;
      }
      return known;
    },
    refetchInterval: options.live ? 1000 : false,
  });
}

export function useManagedNodes() {
  return useQuery({
    queryKey: keys.managed,
    queryFn: ({ signal }) => call("managed.list", { signal }),
    // Uptime and rss move without an event.
    refetchInterval: 10_000,
  });
}

export function useManagedLog(id: string, options: { lines: number; enabled: boolean }) {
  return useQuery({
    queryKey: keys.managedLog(id),
    queryFn: ({ signal }) =>
      call("managed.log", { params: { managedId: id }, query: { lines: options.lines }, signal }),
    refetchInterval: 2000,
    enabled: options.enabled,
  });
}

/** A call that changes something, by the name of its route; `after` refreshes or writes what it touched. */
export function useCall<N extends RouteName>(name: N, after?: (client: QueryClient, reply: RouteReply<N>) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: CallInput<N>) => call(name, input),
    ...(after ? { onSuccess: (reply: RouteReply<N>) => after(client, reply) } : {}),
  });
}
