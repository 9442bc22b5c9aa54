import { randomUUID } from "node:crypto";
import type { ClusterId } from "@/lib/cluster/node";
import { isOpsError } from "@/lib/errors";
import type { Actor } from "@/lib/wire/access";
import {
  type RouteBody,
  type RouteName,
  type RouteParams,
  type RouteQuery,
  type RouteReply,
  routes,
} from "@/lib/wire/routes";
import type { RouteSpec } from "@/lib/wire/routes/route";
import type { Credential } from "./access/access";
import { allowed, credentialOf, refuseStrangers } from "./access/door";
import type { Engine } from "./engine";
import { engine } from "./index";
import { refuse } from "./refuse";
import { errorReply, jsonReply } from "./reply";
import { check, readBody } from "./request-body";

/**
 * The one way into the engine from outside. In this order: host and origin, who asks, whether the role is enough, what
 * is asked (params, query, body by the table of routes), the handler, what is answered (by the table again). Whatever
 * is thrown on the way becomes one shape with an id that also stands in the log.
 *
 * Every check stands here, beside the handler, and not in proxy.ts: a handler is as safe called directly.
 */
export type Context<N extends RouteName> = {
  readonly engine: Engine;
  readonly actor: Actor;
  readonly credential: (typeof routes)[N]["role"] extends "anyone" ? Credential | undefined : Credential;
  readonly params: RouteParams<N>;
  readonly query: RouteQuery<N>;
  readonly body: RouteBody<N>;
  readonly request: Request;
  readonly responseHeaders: Headers;
};

export type RouteHandler = (request: Request, context: { readonly params: Promise<unknown> }) => Promise<Response>;

export function route<N extends RouteName>(
  name: N,
  handler: (context: Context<N>) => Promise<RouteReply<N> | Response>,
): RouteHandler {
  const spec: RouteSpec = routes[name];
  return async (request, { params }) => {
    const asked = { id: randomUUID(), name, startedMs: performance.now() };
    let known: Engine | undefined;
    let actor: Actor | undefined;
    try {
      known = await engine();
      refuseStrangers(request, spec);
      const credential = credentialOf(known.access, request, name);
      actor = allowed({ name, spec, credential, request, audit: known.audit });
      const input = await readInput(request, spec, await params);
      const context = { engine: known, actor, credential, request, responseHeaders: new Headers(), ...input };
      const answer = await audited(context as Context<N>, name, () => handler(context as Context<N>));
      const response = answer instanceof Response ? answer : jsonReply(spec, answer, context.responseHeaders);
      // Next asks the GET handler for a HEAD: a stream that nobody will read must not stay open.
      if (request.method === "HEAD") await response.body?.cancel();
      response.headers.set("x-request-id", asked.id);
      known.log.debug({ ...asked, actor: actor.name, status: response.status });
      return response;
    } catch (error) {
      return errorReply(error, { ...asked, actor: actor?.name, log: known?.log });
    }
  };
}

/** For the one route that must answer while the engine is still starting. */
export function openRoute<N extends RouteName>(name: N, handler: () => RouteReply<N>): RouteHandler {
  return async () => jsonReply(routes[name], handler(), new Headers());
}

/** For paths that are in no table: whoever is signed in is told so, and nobody else learns what there is. */
export const unknownRoute = async (request: Request): Promise<Response> => {
  const asked = { id: randomUUID(), name: "unknown", startedMs: performance.now() };
  let known: Engine | undefined;
  try {
    known = await engine();
    refuseStrangers(request, request);
    if (!credentialOf(known.access, request)) throw refuse("unauthenticated", "notSignedIn", undefined);
    const path = new URL(request.url).pathname.slice(0, LONGEST_PATH);
    throw refuse("not_found", "routeUnknown", { method: request.method, path });
  } catch (error) {
    return errorReply(error, { ...asked, actor: undefined, log: known?.log });
  }
};

const LONGEST_PATH = 200;

/** Who a page is drawn for; undefined: nobody is signed in, send them to /login. */
export async function actorFromCookieHeader(header: string | null): Promise<Actor | undefined> {
  return (await engine()).access.fromCookie(header, "page", "act")?.actor;
}

async function readInput(request: Request, spec: RouteSpec, params: unknown) {
  return {
    params: spec.params ? check(spec.params, params, "path") : {},
    query: spec.query ? check(spec.query, Object.fromEntries(new URL(request.url).searchParams), "query") : {},
    body: spec.body ? await readBody(request, spec.body) : undefined,
  };
}

/** The row "asked" is on disk before the act, so that no change is without one. */
async function audited<N extends RouteName, T>(context: Context<N>, name: N, act: () => Promise<T>): Promise<T> {
  const spec: RouteSpec = routes[name];
  if (!spec.audited) return act();
  const { engine, actor, body } = context;
  const { clusterId, ...rest } = context.params as { clusterId?: ClusterId } & Record<string, string>;
  const details = { ...rest, ...(body ? { fields: Object.keys(body) } : {}) };
  const record = (result: string) => engine.audit.record({ actor, act: name, clusterId, details, result });
  record("asked");
  try {
    const answer = await act();
    record("ok");
    return answer;
  } catch (error) {
    record(isOpsError(error) ? error.code : "internal");
    throw error;
  }
}
