import type { z } from "zod";
import type { DeepReadonly, Of } from "@/lib/of";
import { backupsRoutes } from "./routes/backups";
import { clustersRoutes } from "./routes/clusters";
import { managedRoutes } from "./routes/managed";
import { operationsRoutes } from "./routes/operations";
import { sessionRoutes } from "./routes/session";

/**
 * Every route of the API: what the handlers check by, what the client parses by, what the OpenAPI document and the
 * route inventory test are made from.
 */
export const routes = {
  ...sessionRoutes,
  ...clustersRoutes,
  ...operationsRoutes,
  ...backupsRoutes,
  ...managedRoutes,
} as const;

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
