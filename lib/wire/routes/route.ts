import { z } from "zod";
import { clusterIdSchema, nodeIdSchema } from "@/lib/cluster/node";
import type { Role } from "../access";

export type RouteSpec = {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** As Next spells it below app/: `/api/clusters/[clusterId]`. */
  readonly path: string;
  readonly role: Role | "anyone";
  readonly summary: string;
  /** One entry for each `[name]` of the path. */
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly reply: z.ZodType;
  readonly status?: number;
  /** The door writes the audit rows, before and after; every other change is audited where it is journalled. */
  readonly audited?: true;
};

export type Routes = Readonly<Record<string, RouteSpec>>;

const id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, "an id is letters, digits, hyphen and underscore");
export const cluster = z.object({ clusterId: clusterIdSchema });
export const clusterNode = cluster.extend({ nodeId: nodeIdSchema });
export const clusterPlan = cluster.extend({ planId: id });
export const clusterOperation = cluster.extend({ operationId: z.coerce.number().int().min(1) });
export const plan = z.object({ planId: id });
export const managed = z.object({ managedId: id });

export const nothing = z.object({ ok: z.literal(true) });
export const limit = z.coerce.number().int().min(1).max(1000).default(200);
export const forward = z.object({ after: z.coerce.number().int().min(0).default(0), limit });
export const backward = z.object({ before: z.coerce.number().int().min(1).optional(), limit });
export const lines = z.object({ lines: z.coerce.number().int().min(1).max(2000).default(200) });
