import { connect, createServer, type Socket } from "node:net";
import type { Endpoint } from "@/lib/cluster/node";

export type Forward = { close(): Promise<void> };

/** What NAT does to one port: whoever connects to `at` speaks with `to`. */
export async function forward(at: Endpoint, to: Endpoint): Promise<Forward> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const inner = connect(to.port, to.host);
    const end = () => {
      client.destroy();
      inner.destroy();
    };
    for (const socket of [client, inner]) {
      sockets.add(socket);
      socket.on("error", end);
      socket.on("close", () => {
        sockets.delete(socket);
        end();
      });
    }
    client.pipe(inner).pipe(client);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(at.port, at.host, resolve);
  });
  return {
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
