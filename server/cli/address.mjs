import { createServer } from "node:net";
import { Refusal } from "./say.mjs";

const DEFAULT_PORT = 3000;
const TRIED_PORTS = 100;

/** HOST and PORT as given, judged before anything is done. `port` is undefined when the default may move on. */
export function readAddress() {
  const host = process.env.HOST || "127.0.0.1";
  const origin = process.env.SHARDBOARD_ORIGIN;
  if (!isLoopback(host) && !origin?.startsWith("https://"))
    throw new Refusal(
      `HOST is ${host}: off loopback the console wants https, and does not start without it. Put a proxy with a certificate before it and name it by SHARDBOARD_ORIGIN=https://…`,
    );
  const given = process.env.PORT;
  if (!given) return { host, port: undefined };
  const port = Number(given);
  if (!/^\d+$/.test(given) || port < 1 || port > 65_535)
    throw new Refusal(`PORT is ${JSON.stringify(given)}, expected a number from 1 to 65535.`);
  return { host, port };
}

/** The given port, which must be free; else the first free one from 3000 (or `from`) upwards. */
export async function choosePort({ host, port }, from = DEFAULT_PORT) {
  if (port !== undefined) {
    const reason = await whyNot(host, port);
    if (!reason) return port;
    if (reason === "EADDRINUSE")
      throw new Refusal(
        `Port ${port} is taken by another program. Stop that program, choose another PORT, or leave PORT away to take the next free one.`,
      );
    throw new Refusal(`Port ${port} on ${host} cannot be used: ${reason}. Choose another PORT or HOST.`);
  }
  let reason;
  for (let next = from; next < from + TRIED_PORTS; next++) {
    reason = await whyNot(host, next);
    if (!reason) return next;
    if (reason !== "EADDRINUSE") break;
  }
  throw new Refusal(`No port from ${from} upwards can be used on ${host} (${reason}). Set PORT to a free one.`);
}

/** Where a browser on this machine goes, or where the proxy answers. */
export function baseUrl(host, port) {
  const origin = process.env.SHARDBOARD_ORIGIN;
  if (origin) return origin.replace(/\/+$/, "");
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

function isLoopback(host) {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

function whyNot(host, port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}
