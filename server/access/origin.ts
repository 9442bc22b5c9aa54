import { isIP } from "node:net";

/**
 * Which names this console answers to. A page of another site can make a browser send anything here (cross-site
 * requests, a name that is rebound to loopback); what it cannot do is forge the Host and Origin that the browser writes.
 */
const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i;

export const isLoopbackHost = (host: string): boolean => loopback.test(host);

/** `SHARDBOARD_ORIGIN`: where a proxy with a certificate answers for this console. Undefined: loopback only. */
export function configuredOrigin(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const text = env.SHARDBOARD_ORIGIN;
  return text && URL.canParse(text) ? new URL(text).origin : undefined;
}

/** `bound`: the address that it listens on (HOST); an address, unlike a name, cannot be rebound. */
export function isKnownHost(host: string | null, origin: string | undefined, bound?: string): boolean {
  if (!host) return false;
  if (bound && isIP(bound) && hostname(host) === bound) return true;
  return isLoopbackHost(host) || (origin !== undefined && new URL(origin).host === host.toLowerCase());
}

/** Without port and brackets. */
const hostname = (host: string): string => host.replace(/:\d{1,5}$/, "").replace(/^\[(.*)\]$/, "$1");

function isOwnOrigin(asked: string, host: string | null, origin: string | undefined): boolean {
  if (origin !== undefined && asked === origin) return true;
  return host !== null && isLoopbackHost(host) && asked.toLowerCase() === `http://${host.toLowerCase()}`;
}

/**
 * Whether a request that changes something comes from our own pages, or from a program that carries no cookie. The
 * cookie is SameSite=Strict as well; neither alone is relied on.
 */
export function isFromOwnPage(headers: Headers, configured: string | undefined): boolean {
  const site = headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin") return false;
  const origin = headers.get("origin");
  if (origin !== null) return isOwnOrigin(origin, headers.get("host"), configured);
  return headers.get("cookie") === null;
}
