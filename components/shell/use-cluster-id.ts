"use client";
import { useParams } from "next/navigation";
import { type ClusterId, clusterIdSchema } from "@/lib/cluster/node";

/** The cluster that the address names, when it names one. */
export function useClusterId(): ClusterId | undefined {
  const { clusterId } = useParams<{ clusterId?: string }>();
  const parsed = clusterIdSchema.safeParse(clusterId);
  return parsed.success ? parsed.data : undefined;
}
