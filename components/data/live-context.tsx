"use client";
import { createContext, useContext, useEffect, useState, useSyncExternalStore } from "react";
import type { ClusterId, NodeId } from "@/lib/cluster/node";
import type { ClusterHistory } from "./history";
import type { LiveFeed, LiveStatus } from "./live";

export const LiveContext = createContext<LiveFeed | undefined>(undefined);

const unborn: LiveStatus = { state: "connecting", sinceMs: 0, lastMs: undefined, offsetMs: 0 };
const never = () => () => {};

export function useLiveStatus(): LiveStatus {
  const feed = useContext(LiveContext);
  return useSyncExternalStore(feed?.subscribe ?? never, feed?.status ?? (() => unborn), () => unborn);
}

/** The server's clock, told again every `everyMs`. Ages on the screen are counted by it. */
export function useNow(everyMs = 1000): number {
  const feed = useContext(LiveContext);
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    setNowMs(Date.now());
    const timer = setInterval(() => setNowMs(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return nowMs + (feed?.status().offsetMs ?? 0);
}

export type Freshness =
  | { readonly kind: "waiting" }
  | { readonly kind: "live"; readonly ageMs: number }
  /** The stream is open and says nothing. */
  | { readonly kind: "quiet"; readonly ageMs: number }
  | { readonly kind: "lost"; readonly ageMs: number | undefined };

const QUIET_AFTER_MS = 4000;

/** How old the picture of a cluster (or, without one, of anything) is in this tab. */
export function useFreshness(id?: ClusterId): Freshness {
  const feed = useContext(LiveContext);
  const status = useLiveStatus();
  const [nowMs, setNowMs] = useState(0);
  useEffect(() => {
    const read = () => setNowMs(Date.now());
    read();
    const timer = setInterval(read, 200);
    return () => clearInterval(timer);
  }, []);
  const heardMs = id === undefined ? status.lastMs : feed?.heardOf(id);
  const ageMs = heardMs === undefined ? undefined : Math.max(0, nowMs - heardMs);
  if (status.state === "lost") return { kind: "lost", ageMs };
  if (ageMs === undefined) return { kind: "waiting" };
  return ageMs > QUIET_AFTER_MS ? { kind: "quiet", ageMs } : { kind: "live", ageMs };
}

const none: ClusterHistory = { opsPerSec: [], usedBytes: [] };

/** Changes with every message of the stream. */
export function useClusterHistory(id: ClusterId): ClusterHistory {
  const feed = useContext(LiveContext);
  useLiveStatus();
  return feed?.history.cluster(id) ?? none;
}

export function useNodeHistory(id: ClusterId, node: NodeId): readonly (number | undefined)[] {
  const feed = useContext(LiveContext);
  useLiveStatus();
  return feed?.history.node(id, node) ?? [];
}
