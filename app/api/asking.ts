import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import type { Role } from "@/lib/wire/access";
import { type RouteName, routes } from "@/lib/wire/routes";
import type { RouteSpec } from "@/lib/wire/routes/route";
import { openEngine } from "@/server/boot";
import type { RouteHandler } from "@/server/http";

/** For tests: a real engine on a folder of its own, asked through the route handlers as Next calls them. */
const API = import.meta.dirname;
const HOST = "127.0.0.1:8000";
/** Answers for all that is in no table. */
const REST = "[[...rest]]";

export type Visitor = Role | "anonymous";
export type Ask = {
  readonly as?: Visitor;
  readonly params?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly search?: string;
  readonly signal?: AbortSignal;
};

export async function openConsole() {
  const folder = mkdtempSync(join(tmpdir(), "console-"));
  const settings = {
    dataFolder: join(folder, "data"),
    host: "127.0.0.1",
    port: 8000,
    adminToken: "an-admin-token-for-tests",
    allowNets: undefined,
    origin: undefined,
  };
  const engine = openEngine(settings, join(folder, "key"));
  const cookies = new Map<Visitor, string>();
  const signIn = (role: Role) => {
    const admin = { name: "test", role: "admin", from: "test" } as const;
    const { path } = engine.access.invite(admin, { name: `the ${role}`, role, forMs: 60_000 });
    const { cookie } = engine.access.signIn(path.replace("/login#", ""), "test");
    cookies.set(role, cookie.split(";")[0] ?? "");
  };
  for (const role of ["viewer", "operator", "admin"] as const) signIn(role);
  return {
    engine,
    folder,
    signIn,
    cookieOf: (role: Role) => cookies.get(role) ?? "",
    ask: (name: RouteName, ask: Ask = {}) => askRoute(name, ask, cookies.get(ask.as ?? "anonymous")),
    close: async () => {
      await engine.close({ nodes: "leave", say: () => {} });
      rmSync(folder, { recursive: true });
    },
  };
}

export type Console = Awaited<ReturnType<typeof openConsole>>;

async function askRoute(name: RouteName, ask: Ask, cookie: string | undefined): Promise<Response> {
  const spec: RouteSpec = routes[name];
  const handler = (await handlersOf(spec.path)).get(spec.method);
  if (!handler) throw new Error(`no ${spec.method} in app${spec.path}`);
  const path = spec.path.replaceAll(/\[(\w+)\]/g, (_, key: string) => ask.params?.[key] ?? "x");
  const request = new Request(`http://${HOST}${path}${ask.search ?? ""}`, {
    method: spec.method,
    headers: {
      host: HOST,
      origin: `http://${HOST}`,
      ...(cookie ? { cookie } : {}),
      ...(ask.body === undefined ? {} : { "content-type": "application/json" }),
      ...ask.headers,
    },
    ...(ask.body === undefined ? {} : { body: JSON.stringify(ask.body) }),
    ...(ask.signal ? { signal: ask.signal } : {}),
  });
  return handler(request, { params: Promise.resolve(ask.params ?? {}) });
}

/** Paths of all route.ts files, as the table of routes spells them. */
export function pathsOnDisk(): readonly string[] {
  return readdirSync(API, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.name === "route.ts" && !entry.parentPath.endsWith(REST))
    .map((entry) => `/api/${relative(API, entry.parentPath)}`);
}

export async function handlersOf(path: string): Promise<ReadonlyMap<string, RouteHandler>> {
  const module: Readonly<Record<string, unknown>> = await import(join(API, path.slice("/api/".length), "route.ts"));
  const methods = Object.entries(module).filter(([name]) => /^[A-Z]+$/.test(name));
  return new Map(methods as [string, RouteHandler][]);
}
