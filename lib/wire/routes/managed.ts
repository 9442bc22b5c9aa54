import { z } from "zod";
import { managedActionSchema, managedNodeSchema, prepareNodesSchema } from "../runtime";
import { lines, managed, nothing, type Routes } from "./route";

/** Processes of nodes that the console runs itself. */
export const managedRoutes = {
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
} as const satisfies Routes;
