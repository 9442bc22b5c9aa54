import { z } from "zod";
import { inviteLinkSchema, inviteSchema, sessionSchema, signInSchema } from "../access";
import { nothing, type Routes } from "./route";

/** Who is there: sign-in, invitations, and what everybody reads first. */
export const sessionRoutes = {
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
} as const satisfies Routes;
