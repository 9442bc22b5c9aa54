import { afterAll, beforeAll, expect, test } from "vitest";
import type { Role } from "@/lib/wire/access";
import { type RouteName, routes } from "@/lib/wire/routes";
import type { RouteSpec } from "@/lib/wire/routes/route";
import { type Console, handlersOf, openConsole, pathsOnDisk, type Visitor } from "./asking";

/** Written once more by hand: who may ask what. A route that is not here does not compile. */
const needs: Record<RouteName, Role | "anyone"> = {
  "health.read": "anyone",
  "openapi.read": "viewer",
  "session.read": "viewer",
  "session.create": "anyone",
  "session.delete": "viewer",
  "invites.create": "admin",
  "events.stream": "viewer",
  "clusters.list": "viewer",
  "clusters.connect": "admin",
  "clusters.read": "viewer",
  "clusters.update": "operator",
  "clusters.connection": "operator",
  "clusters.disconnect": "admin",
  "nodes.page": "viewer",
  "slots.keys": "viewer",
  "slots.measure": "viewer",
  "check.run": "viewer",
  "check.read": "viewer",
  "calls.create": "viewer",
  "timeline.list": "viewer",
  "plans.create": "operator",
  "plans.read": "viewer",
  "accesses.create": "operator",
  "creations.plan": "admin",
  "creations.read": "viewer",
  "backups.list": "viewer",
  "backups.read": "viewer",
  "operations.list": "viewer",
  "operations.start": "operator",
  "operations.read": "viewer",
  "operations.act": "operator",
  "operations.transcript": "viewer",
  "managed.list": "viewer",
  "managed.prepare": "admin",
  "managed.read": "viewer",
  "managed.delete": "admin",
  "managed.act": "operator",
  "managed.log": "viewer",
};

const params: Readonly<Record<string, string>> = {
  clusterId: "no-such-cluster",
  nodeId: "0".repeat(40),
  planId: "none",
  operationId: "1",
  managedId: "none",
};

const visitors: readonly Visitor[] = ["anonymous", "viewer", "operator", "admin"];
const names = Object.keys(routes) as RouteName[];
let console: Console;
beforeAll(async () => {
  console = await openConsole();
});
afterAll(() => console.close());

test("the table of routes and the files below app/api tell the same", async () => {
  const onDisk: string[] = [];
  for (const path of pathsOnDisk())
    for (const method of (await handlersOf(path)).keys()) onDisk.push(`${method} ${path}`);
  const inTable = Object.values<RouteSpec>(routes).map((spec) => `${spec.method} ${spec.path}`);
  expect(onDisk.sort()).toEqual(inTable.sort());
});

test.each(names)("%s names the parameters of its path", (name) => {
  const spec: RouteSpec = routes[name];
  const inPath = [...spec.path.matchAll(/\[(\w+)\]/g)].map(([, key]) => key);
  expect(Object.keys(spec.params?.shape ?? {}).sort()).toEqual(inPath.sort());
});

const table = names.flatMap((name) => visitors.map((visitor) => ({ name, visitor })));
test.each(table)("$name asked by $visitor", async ({ name, visitor }) => {
  const spec: RouteSpec = routes[name];
  const action = name === "managed.act" ? "start" : "pause";
  const response = await console.ask(name, {
    as: visitor,
    params: { ...params, action },
    // Not what any route wants: who may ask is then told it is invalid, and nothing is changed.
    ...(spec.body ? { body: { nothing: "of the kind" } } : {}),
  });
  await response.body?.cancel();
  if (name === "session.delete" && visitor !== "anonymous") console.signIn(visitor);
  expect(outcome(response.status)).toBe(expected(needs[name], visitor));
  if (name !== "events.stream") expect(response.headers.get("cache-control")).toBe("no-store");
});

function expected(role: Role | "anyone", visitor: Visitor): string {
  if (role === "anyone") return "let in";
  if (visitor === "anonymous") return "not signed in";
  return visitors.indexOf(visitor) >= visitors.indexOf(role) ? "let in" : "forbidden";
}

function outcome(status: number): string {
  if (status === 401) return "not signed in";
  if (status === 403) return "forbidden";
  expect(status).not.toBe(500);
  return "let in";
}

test.each(names.filter((name) => routes[name].method !== "GET"))("%s refuses another site's page", async (name) => {
  const spec: RouteSpec = routes[name];
  for (const headers of [{ origin: "http://evil.example" }, { "sec-fetch-site": "cross-site" }]) {
    const response = await console.ask(name, { as: "admin", params, headers, ...(spec.body ? { body: {} } : {}) });
    expect((await response.json()).error.sentence).toBe("foreignOrigin");
  }
});

test("no handler trusts a header that says the proxy was passed, nor a name of another host", async () => {
  const skipped = { "x-middleware-subrequest": "proxy:proxy:proxy", "x-forwarded-host": "127.0.0.1:8000" };
  expect((await console.ask("clusters.list", { headers: skipped })).status).toBe(401);
  const rebound = await console.ask("clusters.list", { as: "admin", headers: { host: "evil.example" } });
  expect((await rebound.json()).error.sentence).toBe("unknownHost");
});

test.each(["GET", "POST", "PUT", "PATCH", "DELETE"])("%s of a path that is in no table", async (method) => {
  const handler = (await handlersOf("/api/[[...rest]]")).get(method);
  const ask = async (headers: Readonly<Record<string, string>>) => {
    const own = { host: "127.0.0.1:8000", origin: "http://127.0.0.1:8000", ...headers };
    const request = new Request("http://127.0.0.1:8000/api/clusters/x/no-such-thing", { method, headers: own });
    const response = (await handler?.(request, { params: Promise.resolve({}) })) ?? Response.error();
    return `${response.status} ${(await response.json()).error.sentence}`;
  };
  expect(await ask({})).toBe("401 notSignedIn");
  expect(await ask({ cookie: console.cookieOf("viewer") })).toBe("404 routeUnknown");
  expect(await ask({ host: "evil.example" })).toBe("403 unknownHost");
});

test("where credentials are dialled is an admin's word, the rest of a cluster's record an operator's", async () => {
  const params = { clusterId: "no-such-cluster" };
  const addressMap = [{ announced: { host: "10.0.0.1", port: 1 }, dial: { host: "10.0.0.2", port: 2 } }];
  const ask = async (as: Visitor, body: object) => (await console.ask("clusters.update", { as, params, body })).status;
  for (const body of [{ addressMap }, { seeds: [{ host: "10.0.0.2", port: 2 }] }, { access: { password: "x" } }]) {
    expect(await ask("operator", body)).toBe(403);
    expect(await ask("admin", body)).toBe(404);
  }
  expect(await ask("operator", { name: "x" })).toBe(404);
});

test("the document of the API knows every route", async () => {
  const document = await (await console.ask("openapi.read", { as: "viewer" })).json();
  const told = Object.entries<object>(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, "[$1]")}`),
  );
  expect(told.sort()).toEqual(
    Object.values<RouteSpec>(routes)
      .map((spec) => `${spec.method} ${spec.path}`)
      .sort(),
  );
});
