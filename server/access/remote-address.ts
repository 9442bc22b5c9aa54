import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";

/**
 * A route handler sees no socket, only headers, and anybody can write `x-forwarded-for`. So the address of the socket
 * is written there before Next looks at the request. Behind a proxy (SHARDBOARD_ORIGIN) the proxy's own word stands.
 */
export function tellRemoteAddresses(origin: string | undefined): void {
  if (origin !== undefined) return;
  subscribe("http.server.request.start", (message) => {
    const { request } = message as { request: IncomingMessage };
    request.headers["x-forwarded-for"] = request.socket.remoteAddress ?? "";
  });
}
