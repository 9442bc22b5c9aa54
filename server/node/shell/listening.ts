import type { Settings } from "../parts";
import type { Log } from "./log";
import type { Sockets } from "./sockets";

const BUS_OFFSET = 10_000;

/** The client port on all addresses of `bind`, and the bus port of a cluster node. Rejects with a sentence for the log. */
export async function listenAll(sockets: Sockets, settings: Settings, log: Log): Promise<void> {
  const port = settings.number("port");
  const busPort = settings.number("cluster-port") || port + BUS_OFFSET;
  if (settings.isOn("cluster-enabled") && busPort > 65_535)
    throw new Error("Redis port number too high for cluster mode. It should be below 55535.");
  if (port === 0) throw new Error("Configured to not listen anywhere, exiting.");
  const backlog = settings.number("tcp-backlog");
  let listening = 0;
  for (const word of settings.text("bind").split(" ").filter(Boolean)) {
    const isOptional = word.startsWith("-");
    const said = isOptional ? word.slice(1) : word;
    const host = said === "*" ? "0.0.0.0" : said === "::*" ? "::" : said;
    try {
      await sockets.listen("client", { host, port, backlog });
      if (settings.isOn("cluster-enabled")) await sockets.listen("bus", { host, port: busPort, backlog });
      listening++;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (isOptional && (code === "EADDRNOTAVAIL" || code === "EAFNOSUPPORT" || code === "EINVAL")) continue;
      const why = code === "EADDRINUSE" ? "bind: Address already in use" : (error as Error).message;
      log.write("warning", `Could not create server TCP listening socket ${said}:${port}: ${why}`);
      throw new Error(`Failed listening on port ${port} (TCP), aborting.`);
    }
  }
  if (listening === 0) throw new Error(`Failed listening on port ${port} (TCP), aborting.`);
}
