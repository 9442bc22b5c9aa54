import { z } from "zod";
import { backupIdSchema } from "@/lib/backup-ref";
import { clusterIdSchema, nodeIdSchema } from "@/lib/cluster/node";
import type { DeepReadonly, Of } from "@/lib/of";
import { operationSchema } from "@/lib/operation";
import { planSchema } from "@/lib/plans/plan";
import { calledSchema, wishSchema } from "@/lib/plans/wish";
import { inviteLinkSchema, inviteSchema, type Role, sessionSchema, signInSchema } from "./access";
import { backupManifestSchema, backupSummarySchema } from "./backups";
import { callReplySchema } from "./calls";
import { deepCheckSchema, lastCheckSchema } from "./check";
import {
  clusterSnapshotSchema,
  clusterSummarySchema,
  connectionSchema,
  connectSchema,
  measureRequestSchema,
  measureSchema,
  nodePageSchema,
  slotKeysSchema,
  updateClusterSchema,
} from "./clusters";
import { sourceAccessNameSchema, sourceAccessSchema } from "./imports";
import { timelineEntrySchema } from "./live";
import { operationActionSchema, operationListSchema, startOperationSchema, transcriptEntrySchema } from "./operations";
import { managedActionSchema, managedNodeSchema, prepareNodesSchema } from "./runtime";

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

const id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, "an id is letters, digits, hyphen and underscore");
const cluster = z.object({ clusterId: clusterIdSchema });
const clusterNode = cluster.extend({ nodeId: nodeIdSchema });
const clusterPlan = cluster.extend({ planId: id });
const clusterOperation = cluster.extend({ operationId: z.coerce.number().int().min(1) });
const plan = z.object({ planId: id });
const managed = z.object({ managedId: id });

const nothing = z.object({ ok: z.literal(true) });
const limit = z.coerce.number().int().min(1).max(1000).default(200);
const forward = z.object({ after: z.coerce.number().int().min(0).default(0), limit });
const backward = z.object({ before: z.coerce.number().int().min(1).optional(), limit });
const lines = z.object({ lines: z.coerce.number().int().min(1).max(2000).default(200) });

/**
 * Every route of the API: what the handlers check by, what the client parses by, what the OpenAPI document and the
 * route inventory test are made from.
 */
export const routes = {
  "health.read": {
    method: "GET",
    path: "/api/health",
    role: "anyone",
    summary: "Whether the console is up",
    reply: z.object({ status: z.enum(["ok", "starting"]) }),
  },
  "openapi.read": {
    method: "GET",
    path: "/api/openapi.json",
    role: "viewer",
    summary: "This document",
    reply: z.record(z.string(), z.unknown()),
  },
  "session.read": {
    method: "GET",
    path: "/api/session",
    role: "viewer",
    summary: "Who is signed in",
    reply: sessionSchema,
  },
  "session.create": {
    method: "POST",
    path: "/api/session",
    role: "anyone",
    summary: "Sign in with a one-time token",
    body: signInSchema,
    reply: sessionSchema,
  },
  "session.delete": { method: "DELETE", path: "/api/session", role: "viewer", summary: "Sign out", reply: nothing },
  "invites.create": {
    method: "POST",
    path: "/api/invites",
    role: "admin",
    summary: "Make a one-time sign-in link with a role",
    body: inviteSchema,
    reply: inviteLinkSchema,
    status: 201,
  },
  "events.stream": {
    method: "GET",
    path: "/api/events",
    role: "viewer",
    summary: "Server-sent events, resumable by Last-Event-ID or ?since=<id of the last event>",
    query: z.object({ since: z.string().max(100).optional() }),
    reply: z.string(),
  },

  "clusters.list": {
    method: "GET",
    path: "/api/clusters",
    role: "viewer",
    summary: "All clusters",
    reply: z.array(clusterSummarySchema),
  },
  "clusters.connect": {
    method: "POST",
    path: "/api/clusters",
    role: "admin",
    summary: "Connect to a cluster that exists",
    body: connectSchema,
    reply: clusterSummarySchema,
    status: 201,
    audited: true,
  },
  "clusters.read": {
    method: "GET",
    path: "/api/clusters/[clusterId]",
    params: cluster,
    role: "viewer",
    summary: "The whole picture of one cluster",
    reply: clusterSnapshotSchema,
  },
  "clusters.update": {
    method: "PATCH",
    path: "/api/clusters/[clusterId]",
    params: cluster,
    role: "operator",
    summary: "Name, environment, labels; as admin also addresses, address map, user and password",
    body: updateClusterSchema,
    reply: clusterSummarySchema,
    audited: true,
  },
  "clusters.connection": {
    method: "GET",
    path: "/api/clusters/[clusterId]/connection",
    params: cluster,
    role: "operator",
    summary: "How a cluster is reached; never its secrets",
    reply: connectionSchema,
  },
  "clusters.disconnect": {
    method: "DELETE",
    path: "/api/clusters/[clusterId]",
    params: cluster,
    role: "admin",
    summary: "Stop watching a cluster and forget its credentials; nothing on it changes",
    reply: nothing,
    audited: true,
  },
  "nodes.page": {
    method: "GET",
    path: "/api/clusters/[clusterId]/nodes/[nodeId]",
    params: clusterNode,
    role: "viewer",
    summary: "What one node says, raw and parsed",
    reply: nodePageSchema,
  },
  "slots.keys": {
    method: "GET",
    path: "/api/clusters/[clusterId]/slots",
    params: cluster,
    role: "viewer",
    summary: "Keys per slot, counted on the owners",
    reply: slotKeysSchema,
  },
  "slots.measure": {
    method: "POST",
    path: "/api/clusters/[clusterId]/slots/measure",
    params: cluster,
    role: "viewer",
    summary: "Keys, bytes and biggest keys of a selection (reads only)",
    body: measureRequestSchema,
    reply: measureSchema,
  },
  "check.run": {
    method: "POST",
    path: "/api/clusters/[clusterId]/check",
    params: cluster,
    role: "viewer",
    summary: "Read every view and count the keys of every slot on every primary (reads only)",
    reply: deepCheckSchema,
  },
  "check.read": {
    method: "GET",
    path: "/api/clusters/[clusterId]/check",
    params: cluster,
    role: "viewer",
    summary: "The last such check, while no operation has ended since",
    reply: lastCheckSchema,
  },
  "calls.create": {
    method: "POST",
    path: "/api/clusters/[clusterId]/calls",
    params: cluster,
    role: "viewer",
    summary: "A command that only reads, on many nodes; each answers for itself. Other commands are denied by name",
    body: calledSchema,
    reply: callReplySchema,
  },
  "timeline.list": {
    method: "GET",
    path: "/api/clusters/[clusterId]/timeline",
    params: cluster,
    role: "viewer",
    summary: "What changed, newest first; `before` pages back",
    query: backward,
    reply: z.array(timelineEntrySchema),
  },

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

  "managed.list": {
    method: "GET",
    path: "/api/nodes",
    role: "viewer",
    summary: "Node processes managed here",
    reply: z.array(managedNodeSchema),
  },
  "managed.prepare": {
    method: "POST",
    path: "/api/nodes",
    role: "admin",
    summary: "Prepare folders and configuration, and start",
    body: prepareNodesSchema,
    reply: z.array(managedNodeSchema),
    status: 201,
    audited: true,
  },
  "managed.read": {
    method: "GET",
    path: "/api/nodes/[managedId]",
    params: managed,
    role: "viewer",
    summary: "One managed node",
    reply: managedNodeSchema,
  },
  "managed.delete": {
    method: "DELETE",
    path: "/api/nodes/[managedId]",
    params: managed,
    role: "admin",
    summary: "Delete a stopped node that is no member, with its folder",
    reply: nothing,
    audited: true,
  },
  "managed.act": {
    method: "POST",
    path: "/api/nodes/[managedId]/[action]",
    params: managed.extend({ action: managedActionSchema }),
    role: "operator",
    summary: "start, stop, restart or kill",
    reply: managedNodeSchema,
    audited: true,
  },
  "managed.log": {
    method: "GET",
    path: "/api/nodes/[managedId]/log",
    params: managed,
    role: "viewer",
    summary: "The end of its log",
    query: lines,
    reply: z.object({ lines: z.array(z.string()) }),
  },
} as const satisfies Readonly<Record<string, RouteSpec>>;

export type RouteName = keyof typeof routes;
export type RouteReply<N extends RouteName> = Of<(typeof routes)[N]["reply"]>;
export type RouteParams<N extends RouteName> = (typeof routes)[N] extends { params: infer P extends z.ZodType }
  ? Of<P>
  : Readonly<Record<string, never>>;
export type RouteQuery<N extends RouteName> = (typeof routes)[N] extends { query: infer Q extends z.ZodType }
  ? Of<Q>
  : Readonly<Record<string, never>>;
export type RouteBody<N extends RouteName> = (typeof routes)[N] extends { body: infer B extends z.ZodType }
  ? Of<B>
  : undefined;
export type RouteInput<N extends RouteName> = (typeof routes)[N] extends { body: infer B extends z.ZodType }
  ? DeepReadonly<z.input<B>>
  : undefined;
