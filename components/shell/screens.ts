import { CirclePlay, Gauge, Grid3x3, LayoutGrid, type LucideIcon, Network, Server } from "lucide-react";
import type { ClusterId } from "@/lib/cluster/node";

export type ScreenName = "clusters" | "overview" | "slots" | "topology" | "nodes" | "operations";

export type Screen = { readonly name: ScreenName; readonly icon: LucideIcon; readonly path: (id: ClusterId) => string };

export const clustersScreen: Screen = { name: "clusters", icon: LayoutGrid, path: () => "/clusters" };

/** The screens of one cluster, in the order of the navigation. */
export const clusterScreens: readonly Screen[] = [
  { name: "overview", icon: Gauge, path: (id) => `/clusters/${id}` },
  { name: "slots", icon: Grid3x3, path: (id) => `/clusters/${id}/slots` },
  { name: "topology", icon: Network, path: (id) => `/clusters/${id}/topology` },
  { name: "nodes", icon: Server, path: (id) => `/clusters/${id}/nodes` },
  { name: "operations", icon: CirclePlay, path: (id) => `/clusters/${id}/operations` },
];

export function isOn(screen: Screen, id: ClusterId, pathname: string): boolean {
  const path = screen.path(id);
  return screen.name === "overview" ? pathname === path : pathname === path || pathname.startsWith(`${path}/`);
}
