import { connect, createServer, type Socket } from "node:net";
import type { Endpoint } from "@/lib/cluster/node";

/** Stands between console and node. Armed, it lets the node answer, swallows that answer, and cuts the connection. */
export type Proxy = {
  readonly endpoint: Endpoint;
  /** The next write that contains `text` loses its reply. Resolves when that has happened. */
  swallowReplyTo(text: string): Promise<void>;
  close(): Promise<void>;
};

export async function startProxy(to: Endpoint, port: number): Promise<Proxy> {
  const sockets = new Set<Socket>();
  let armed: { text: string; done: () => void } | undefined;
  const server = createServer((client) => {
    const node = connect(to.port, to.host);
    let swallows: (() => void) | undefined;
    const end = () => {
      client.destroy();
      node.destroy();
    };
    for (const socket of [client, node]) {
      sockets.add(socket);
      socket.on("error", end);
      socket.on("close", () => {
        sockets.delete(socket);
        end();
      });
    }
    client.on("data", (bytes) => {
      if (armed && bytes.includes(armed.text)) {
        swallows = armed.done;
        armed = undefined;
      }
      node.write(bytes);
    });
    node.on("data", (bytes) => {
      if (!swallows) return void client.write(bytes);
      swallows();
      client.resetAndDestroy();
      node.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    endpoint: { host: "127.0.0.1", port },
    swallowReplyTo: (text) =>
      new Promise((done) => {
        armed = { text, done };
      }),
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
