import { sha256 } from "./one-time";

/**
 * Over https the `__Host-` prefix pins the cookie to this host; a browser drops that prefix silently over plain http,
 * so loopback has a plain name. Cookies are shared between the ports of a host: the name carries the data folder, so
 * that two consoles on one machine do not sign each other out.
 */
export type CookieRule = { readonly name: string; readonly secure: boolean };

export function cookieRule(dataFolder: string, origin: string | undefined): CookieRule {
  const secure = origin?.startsWith("https:") ?? false;
  return { name: `${secure ? "__Host-" : ""}shardboard-${sha256(dataFolder).slice(0, 8)}`, secure };
}

export function setCookie({ name, secure }: CookieRule, value: string, maxAgeSec: number): string {
  const parts = [`${name}=${value}`, "Path=/", `Max-Age=${maxAgeSec}`, "HttpOnly", "SameSite=Strict"];
  return [...parts, ...(secure ? ["Secure"] : [])].join("; ");
}

export function readCookie({ name }: CookieRule, header: string | null): string | undefined {
  for (const part of header?.split(";") ?? []) {
    const at = part.indexOf("=");
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return undefined;
}
