import { connect, createServer, type Server, type Socket } from "node:net";
import type { Address, ConnectionId, Listener, NodeInputs } from "../world";

const LINGER_MS = 5000;
const NOWHERE: Address = { host: "", port: 0 };

/**
 * Connections by number. All that came in one turn of the loop is handed in piece by piece and settled together after it, so
 * that one sync of the append-only file serves many clients.
 */
export class Sockets {
  readonly #sockets = new Map<ConnectionId, Socket>();
  #inputs: NodeInputs | undefined;
  #lastId = 0;
  #isSettling = false;

  serve(inputs: NodeInputs): void {
    this.#inputs = inputs;
  }

  /** Rejects with what the system says. */
  listen(
    via: Listener,
    at: { readonly host: string; readonly port: number; readonly backlog: number },
  ): Promise<Server> {
    const server = createServer({ noDelay: true }, (socket) => this.#accept(via, socket));
    return new Promise((done, failed) => {
      server.once("error", failed);
      const isIpv6 = at.host.includes(":");
      server.listen({ ...at, ipv6Only: isIpv6 }, () => {
        server.off("error", failed);
        server.on("error", () => {});
        done(server);
      });
    });
  }

  dial(to: Address, from?: string): ConnectionId {
    const id = ++this.#lastId;
    const socket = connect({ host: to.host, port: to.port, noDelay: true, ...(from ? { localAddress: from } : {}) });
    this.#keep(id, socket);
    socket.once("connect", () => {
      this.#inputs?.connected(id, addressOf(socket.localAddress, socket.localPort));
      this.settleSoon();
    });
    return id;
  }

  send(connection: ConnectionId, bytes: Buffer): void {
    const socket = this.#sockets.get(connection);
    if (socket?.writable) socket.write(bytes);
  }

  close(connection: ConnectionId): void {
    const socket = this.#sockets.get(connection);
    if (!socket) return;
    this.#sockets.delete(connection);
    socket.removeAllListeners("data");
    socket.resume();
    socket.end();
    setTimeout(() => socket.destroy(), LINGER_MS).unref();
  }

  unsent(connection: ConnectionId): number {
    return this.#sockets.get(connection)?.writableLength ?? 0;
  }

  settleSoon(): void {
    if (this.#isSettling) return;
    this.#isSettling = true;
    setImmediate(this.#settle);
  }

  readonly #settle = (): void => {
    this.#isSettling = false;
    this.#inputs?.settle();
  };

  #accept(via: Listener, socket: Socket): void {
    const id = ++this.#lastId;
    this.#keep(id, socket);
    const remote = addressOf(socket.remoteAddress, socket.remotePort);
    this.#inputs?.accepted(id, via, remote, addressOf(socket.localAddress, socket.localPort));
    this.settleSoon();
  }

  #keep(id: ConnectionId, socket: Socket): void {
    this.#sockets.set(id, socket);
    let why = "";
    socket.on("data", (bytes: Buffer) => {
      this.#inputs?.received(id, bytes);
      this.settleSoon();
    });
    socket.on("error", (error) => {
      why = error.message;
    });
    socket.on("close", () => {
      if (!this.#sockets.delete(id)) return;
      this.#inputs?.closed(id, why);
      this.settleSoon();
    });
  }
}

const addressOf = (host: string | undefined, port: number | undefined): Address =>
  host === undefined || port === undefined ? NOWHERE : { host: host.replace(/^::ffff:/, ""), port };
