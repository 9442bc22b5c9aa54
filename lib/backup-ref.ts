import { z } from "zod";
import { clusterIdSchema } from "@/lib/cluster/node";
import type { Of } from "@/lib/of";
import { rdbLosses } from "@/lib/words/en/rdb-errors";

/** The folder of a backup: when its operation was made, and the operation's number. */
export const backupIdSchema = z.string().regex(/^\d{8}T\d{6}Z-\d{1,10}$/, "a backup is <date>T<time>Z-<operation>");

/** A backup of this console, of this cluster or another one. */
export const backupRefSchema = z.object({ clusterId: clusterIdSchema, id: backupIdSchema });
export type BackupRef = Of<typeof backupRefSchema>;

/** What becomes of keys that are there already. `empty`: there must be none. */
export const existingSchema = z.enum(["empty", "skip", "replace"]);
export type Existing = z.infer<typeof existingSchema>;

/** What may get lost on the way to an older version, accepted by name. */
export const lossSchema = z.enum(Object.keys(rdbLosses) as [keyof typeof rdbLosses, ...(keyof typeof rdbLosses)[]]);
