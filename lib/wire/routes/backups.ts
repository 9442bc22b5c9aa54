import { z } from "zod";
import { backupIdSchema } from "@/lib/backup-ref";
import { backupManifestSchema, backupSummarySchema } from "../backups";
import { cluster, type Routes } from "./route";

/** Backups of a cluster. */
export const backupsRoutes = {
  "backups.list": {
    method: "GET",
    path: "/api/clusters/[clusterId]/backups",
    params: cluster,
    role: "viewer",
    summary: "Backups of a cluster on this console, newest first",
    reply: z.array(backupSummarySchema),
  },
  "backups.read": {
    method: "GET",
    path: "/api/clusters/[clusterId]/backups/[backupId]",
    params: cluster.extend({ backupId: backupIdSchema }),
    role: "viewer",
    summary: "The manifest of a backup: files, checksums, keys, offsets, skew",
    reply: backupManifestSchema,
  },
} as const satisfies Routes;
