import type { Server } from "node:net";
import type { Settings } from "../parts";
import type { Log } from "./log";
import type { Sockets } from "./sockets";

const BUS_OFFSET = 10_000;
/** Of an address that this machine does not have: `-` before it in `bind` says that this is no reason to stop. */
const MISSING: ReadonlySet<string | undefined> = new Set(["EADDRNOTAVAIL", "EAFNOSUPPORT", "EINVAL"]);

type At = { readonly said: string; readonly host: string; readonly isOptional: boolean };

export type ListeningOptions = { readonly sockets: Sockets; readonly settings: Settings; readonly log: Log };

/** The client port on all addresses of `bind`, and the bus port of a cluster node, which stays where it was at the start. */
export class Listening {
  readonly #options: ListeningOptions;
  #clients: Server[] = [];
  #port = 0;
  #addresses: readonly At[] = [];

  constructor(options: ListeningOptions) {
    this.#options = options;
  }

  /** Rejects with a sentence for the log. */
  async start(): Promise<void> {
    const { settings, sockets } = this.#options;
    const port = settings.number("port");
    const busPort = settings.number("cluster-port") || port + BUS_OFFSET;
    if (settings.isOn("cluster-enabled") && busPort > 65_535)
      throw new Error("Redis port number too high for cluster mode. It should be below 55535.");
    if (port === 0) throw new Error("Configured to not listen anywhere, exiting.");
    const addresses = addressesOf(settings);
    this.#clients = await this.#listen(port, addresses);
    if (settings.isOn("cluster-enabled"))
      for (const at of addresses)
        await this.#one(at, busPort, (where) => sockets.listen("bus", where)).catch(() => {
          throw failure(busPort);
        });
    this.#port = port;
    this.#addresses = addresses;
  }

  /**
   * The client port where the settings say now. The old one is given up first, for the new may be the same on other addresses;
   * where the new cannot be had, the old one is taken again. Connections stay. Rejects with what kept it from it.
   */
  async again(): Promise<void> {
    const { settings, log } = this.#options;
    const port = settings.number("port");
    const addresses = addressesOf(settings);
    for (const server of this.#clients) server.close();
    this.#clients = [];
    try {
      this.#clients = port === 0 ? [] : await this.#listen(port, addresses);
    } catch (error) {
      if (this.#port > 0)
        this.#clients = await this.#listen(this.#port, this.#addresses).catch((lost: Error) => {
          log.write("warning", `The client port ${this.#port} is lost: ${lost.message}`);
          return [];
        });
      throw error;
    }
    this.#port = port;
    this.#addresses = addresses;
  }

  async #listen(port: number, addresses: readonly At[]): Promise<Server[]> {
    const { sockets } = this.#options;
    const servers: Server[] = [];
    try {
      for (const at of addresses) {
        const server = await this.#one(at, port, (where) => sockets.listen("client", where));
        if (server) servers.push(server);
      }
      if (servers.length === 0) throw failure(port);
    } catch (error) {
      for (const server of servers) server.close();
      throw error;
    }
    return servers;
  }

  async #one(
    { said, host, isOptional }: At,
    port: number,
    listen: (at: { readonly host: string; readonly port: number; readonly backlog: number }) => Promise<Server>,
  ): Promise<Server | undefined> {
    const { settings, log } = this.#options;
    try {
      return await listen({ host, port, backlog: settings.number("tcp-backlog") });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (isOptional && MISSING.has(code)) return undefined;
      const why = code === "EADDRINUSE" ? "bind: Address already in use" : (error as Error).message;
      log.write("warning", `Could not create server TCP listening socket ${said}:${port}: ${why}`);
      throw failure(port);
    }
  }
}

const failure = (port: number) => new Error(`Failed listening on port ${port} (TCP), aborting.`);

const addressesOf = (settings: Settings): readonly At[] =>
  settings
    .text("bind")
    .split(" ")
    .filter(Boolean)
    .map((word) => {
      const isOptional = word.startsWith("-");
      const said = isOptional ? word.slice(1) : word;
      return { said, isOptional, host: said === "*" ? "0.0.0.0" : said === "::*" ? "::" : said };
    });
