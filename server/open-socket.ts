import { once } from "node:events";
import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { formatEndpoint } from "@/lib/cluster/node";
import { withDeadline } from "./deadline";
import type { Dial } from "./link";
import { refuse } from "./refuse";

const CONNECT_TIMEOUT_MS = 2000;

/** A bare connection to a node, under the same address policy and TLS as a Link: for what is no request and reply. */
export async function openSocket(dial: Dial): Promise<Socket> {
  const { endpoint, tls, connectTimeoutMs: afterMs = CONNECT_TIMEOUT_MS } = dial;
  const to = { host: dial.resolve ? await dial.resolve(endpoint) : endpoint.host, port: endpoint.port };
  const servername = tls?.servername ?? (isIP(endpoint.host) ? undefined : endpoint.host);
  const socket = tls ? connectTls({ ...to, ...tls, ...(servername ? { servername } : {}) }) : connectTcp(to);
  const name = formatEndpoint(endpoint);
  try {
    const late = () => refuse("timed_out", "timedOut", { endpoint: name, afterMs });
    await withDeadline(once(socket, tls ? "secureConnect" : "connect"), afterMs, late);
    return socket;
  } catch (error) {
    socket.on("error", () => {});
    socket.destroy();
    if (!(error instanceof Error) || "sentence" in error) throw error;
    throw refuse("unreachable", "unreachable", { endpoint: name, reason: error.message }, error);
  }
}
