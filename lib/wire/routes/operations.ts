import { z } from "zod";
import { operationSchema } from "@/lib/operation";
import { planSchema } from "@/lib/plans/plan";
import { wishSchema } from "@/lib/plans/wish";
import { sourceAccessNameSchema, sourceAccessSchema } from "../imports";
import { operationActionSchema, operationListSchema, startOperationSchema, transcriptEntrySchema } from "../operations";
import { cluster, clusterOperation, clusterPlan, forward, plan, type Routes } from "./route";

/** Plans and the operations that carry them out. */
export const operationsRoutes = {
  "plans.create": {
    method: "POST",
    path: "/api/clusters/[clusterId]/plans",
    params: cluster,
    role: "operator",
    summary: "Plan a change; nothing runs",
    body: wishSchema,
    reply: planSchema,
    status: 201,
  },
  "plans.read": {
    method: "GET",
    path: "/api/clusters/[clusterId]/plans/[planId]",
    params: clusterPlan,
    role: "viewer",
    summary: "A plan made before",
    reply: planSchema,
  },
  "accesses.create": {
    method: "POST",
    path: "/api/clusters/[clusterId]/accesses",
    role: "operator",
    summary: "Seal the credentials of servers whose keys are to be imported; a wish holds their name alone",
    params: cluster,
    body: sourceAccessSchema,
    reply: sourceAccessNameSchema,
    status: 201,
    audited: true,
  },
  "creations.plan": {
    method: "POST",
    path: "/api/plans",
    role: "admin",
    summary: "Plan a new cluster; nothing runs",
    body: wishSchema,
    reply: planSchema,
    status: 201,
  },
  "creations.read": {
    method: "GET",
    path: "/api/plans/[planId]",
    params: plan,
    role: "viewer",
    summary: "A plan made before, by its id alone",
    reply: planSchema,
  },
  "operations.list": {
    method: "GET",
    path: "/api/clusters/[clusterId]/operations",
    params: cluster,
    role: "viewer",
    summary: "Operations of a cluster, newest first",
    reply: operationListSchema,
  },
  "operations.start": {
    method: "POST",
    path: "/api/clusters/[clusterId]/operations",
    params: cluster,
    role: "operator",
    summary: "Start a plan",
    body: startOperationSchema,
    reply: operationSchema,
    status: 201,
  },
  "operations.read": {
    method: "GET",
    path: "/api/clusters/[clusterId]/operations/[operationId]",
    params: clusterOperation,
    role: "viewer",
    summary: "One operation",
    reply: operationSchema,
  },
  "operations.act": {
    method: "POST",
    path: "/api/clusters/[clusterId]/operations/[operationId]/[action]",
    params: clusterOperation.extend({ action: operationActionSchema }),
    role: "operator",
    summary: "pause, resume or cancel",
    reply: operationSchema,
  },
  "operations.transcript": {
    method: "GET",
    path: "/api/clusters/[clusterId]/operations/[operationId]/transcript",
    params: clusterOperation,
    role: "viewer",
    summary: "Commands sent, in order, after the given entry",
    query: forward,
    reply: z.array(transcriptEntrySchema),
  },
} as const satisfies Routes;
