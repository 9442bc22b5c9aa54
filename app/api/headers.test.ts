import { NextRequest } from "next/server";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { proxy } from "@/proxy";
import { route } from "@/server/http";
import { type Console, openConsole } from "./asking";

let console: Console;
beforeAll(async () => {
  console = await openConsole();
});
afterAll(() => console.close());

const ask = (host: string, path = "/clusters") =>
  proxy(new NextRequest(`http://${host}${path}`, { headers: { host } }));
const nonceOf = (headers: Headers) => headers.get("content-security-policy")?.match(/'nonce-([^']+)'/)?.[1];

test("every page has the policy, with a nonce of its own that Next and the layout are told", () => {
  const [one, other] = [ask("127.0.0.1:3000"), ask("localhost:3000")];
  const nonce = nonceOf(one.headers);
  expect(nonce).toMatch(/^[\w+/]{24}$/);
  expect(nonceOf(other.headers)).not.toBe(nonce);
  expect(one.headers.get("x-middleware-request-x-nonce")).toBe(nonce);
  expect(nonceOf(new Headers({ "content-security-policy": policyForNext(one) }))).toBe(nonce);
  expect(Object.fromEntries(one.headers)).toMatchObject({
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
  });
  expect(one.headers.get("content-security-policy")?.replaceAll(String(nonce), "N")).toMatchInlineSnapshot(
    `"default-src 'none'; script-src 'self' 'nonce-N' 'strict-dynamic'; style-src 'self' 'nonce-N'; style-src-elem 'self' 'nonce-N'; style-src-attr 'unsafe-inline'; connect-src 'self'; img-src 'self' data:; font-src 'self'; manifest-src 'self'; worker-src 'self'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'"`,
  );
});

const policyForNext = (response: Response) =>
  response.headers.get("x-middleware-request-content-security-policy") ?? "";

test("a name that was rebound to this machine gets nothing", () => {
  const answer = ask("evil.example");
  expect(answer.status).toBe(421);
  expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
});

test("behind a certificate the browser is told to stay with https", () => {
  vi.stubEnv("SHARDBOARD_ORIGIN", "https://board.example");
  expect(ask("board.example").headers.get("strict-transport-security")).toBe("max-age=31536000");
  vi.unstubAllEnvs();
  expect(ask("127.0.0.1:3000").headers.get("strict-transport-security")).toBeNull();
});

test("a fault inside says its id and nothing else, and the log has the rest under it", async () => {
  const faulty = route("openapi.read", async () => {
    throw new Error("canary at /some/path.ts");
  });
  const headers = { host: "127.0.0.1:8000", cookie: console.cookieOf("viewer") };
  const request = new Request("http://127.0.0.1:8000/api/openapi.json", { headers });
  const response = await faulty(request, { params: Promise.resolve({}) });
  const text = await response.text();
  expect(response.status).toBe(500);
  expect(text).not.toMatch(/canary|path\.ts|at /);
  const { error } = JSON.parse(text);
  expect(error).toMatchObject({ code: "internal", id: response.headers.get("x-request-id") });
});

test("what a handler answers beyond the table does not leave", async () => {
  const generous = route("session.read", async ({ credential }) => ({ ...credential.session, password: "canary" }));
  const headers = { host: "127.0.0.1:8000", cookie: console.cookieOf("viewer") };
  const request = new Request("http://127.0.0.1:8000/api/session", { headers });
  const response = await generous(request, { params: Promise.resolve({}) });
  expect(response.status).toBe(200);
  expect(await response.text()).not.toContain("canary");
});
