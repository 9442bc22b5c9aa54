import { type NextRequest, NextResponse } from "next/server";
import { configuredOrigin, isKnownHost } from "@/server/access/origin";

/**
 * Headers of every answer, and the nonce of every page. Next reads the nonce from the policy in the *request's*
 * headers and puts it on its own scripts; a page that writes a <script> or <style> itself takes it from the request
 * header `x-nonce`. A nonce lives for one answer, so pages must be drawn per request: the root layout reads headers().
 * `x-path` tells a layout which page is asked for.
 *
 * The host is checked here for pages and files (a name rebound to loopback gets nothing); the API's own checks stand
 * beside its handlers.
 */
export function proxy(request: NextRequest): NextResponse {
  const origin = configuredOrigin(process.env);
  const isHttps = origin?.startsWith("https:") ?? false;
  if (!isKnownHost(request.headers.get("host"), origin, process.env.HOST))
    return guarded(new NextResponse("This console does not answer to that name.\n", { status: 421 }), { isHttps });
  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(18))).toString("base64");
  const policy = policyOf(nonce);
  const headers = new Headers(request.headers);
  headers.set("x-nonce", nonce);
  headers.set("x-path", request.nextUrl.pathname + request.nextUrl.search);
  headers.set("content-security-policy", policy);
  headers.delete("x-middleware-subrequest");
  return guarded(NextResponse.next({ request: { headers } }), { isHttps, policy });
}

function policyOf(nonce: string): string {
  // React's development build evaluates code to show stacks; the product never does.
  const development = process.env.NODE_ENV === "development" ? " 'unsafe-eval'" : "";
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development}`,
    `style-src 'self' 'nonce-${nonce}'`,
    `style-src-elem 'self' 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'self'",
    "form-action 'self'",
  ].join("; ");
}

function guarded(response: NextResponse, { isHttps, policy }: { isHttps: boolean; policy?: string }): NextResponse {
  response.headers.set("content-security-policy", policy ?? "default-src 'none'; frame-ancestors 'none'");
  response.headers.set("x-content-type-options", "nosniff");
  response.headers.set("referrer-policy", "no-referrer");
  response.headers.set("cross-origin-opener-policy", "same-origin");
  response.headers.set("cross-origin-resource-policy", "same-origin");
  if (isHttps) response.headers.set("strict-transport-security", "max-age=31536000");
  return response;
}
