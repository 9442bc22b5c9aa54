import { type Actor, roleAllows } from "@/lib/wire/access";
import type { RouteName } from "@/lib/wire/routes";
import type { RouteSpec } from "@/lib/wire/routes/route";
import { refuse } from "@/server/refuse";
import type { Audit } from "@/server/store/audit";
import type { Access, Attention, Credential } from "./access";
import { configuredOrigin, isFromOwnPage, isKnownHost } from "./origin";
import { requireRole } from "./require-role";

/** A background refresh says so by this header and does not keep a session's rights alive. */
const ATTENTION = "x-shardboard-attention";

/** Throws `forbidden` for a host name that is not ours, and for a change that another site's page asks for. */
export function refuseStrangers(request: Request, { method }: { readonly method: string }): void {
  const origin = configuredOrigin(process.env);
  const host = request.headers.get("host");
  if (!isKnownHost(host, origin, process.env.HOST)) throw refuse("forbidden", "unknownHost", { host: host ?? "" });
  if (method !== "GET" && method !== "HEAD" && !isFromOwnPage(request.headers, origin))
    throw refuse("forbidden", "foreignOrigin", undefined);
}

function addressOf(request: Request): string {
  return request.headers.get("x-forwarded-for")?.split(",").at(-1)?.trim() || "local";
}

export function credentialOf(access: Access, request: Request, name?: RouteName): Credential | undefined {
  const from = addressOf(request);
  const isLook = name === "events.stream" || (request.method === "GET" && request.headers.get(ATTENTION) === "look");
  const attention: Attention = isLook ? "look" : "act";
  const authorization = request.headers.get("authorization");
  return authorization && /^bearer /i.test(authorization)
    ? access.fromBearer(authorization, from)
    : access.fromCookie(request.headers.get("cookie"), from, attention);
}

type Ask = {
  readonly name: RouteName;
  readonly spec: RouteSpec;
  readonly credential: Credential | undefined;
  readonly request: Request;
  readonly audit: Audit;
};

/** The one who asks, if the role is enough for the route. A refusal leaves a row in the audit. */
export function allowed({ name, spec, credential, request, audit }: Ask): Actor {
  if (spec.role === "anyone") return credential?.actor ?? { name: "nobody", role: "viewer", from: addressOf(request) };
  if (!credential) throw refuse("unauthenticated", "notSignedIn", undefined);
  const { actor, session } = credential;
  if (roleAllows(actor.role, spec.role)) return actor;
  audit.record({ actor, act: name, details: { needs: spec.role }, result: "forbidden" });
  if (!session.idleFrom) requireRole(actor, spec.role);
  throw refuse("forbidden", "rightsDropped", { name: actor.name, needs: spec.role });
}
