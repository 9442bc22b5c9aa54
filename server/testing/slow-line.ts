import { connect, createServer, type Socket } from "node:net";

export type SlowLine = {
  /** One way; a reply takes twice as long. */
  delayMs: number;
  /** Cuts all connections that are open. */
  cut(): void;
  close(): Promise<void>;
};

/** A slow or broken network between the console and one node: what goes in comes out later, in order. */
export async function startSlowLine(at: {
  readonly port: number;
  readonly target: number;
  readonly delayMs?: number;
}): Promise<SlowLine> {
  const sockets = new Set<Socket>();
  const pipe = (from: Socket, to: Socket) => {
    sockets.add(from);
    from.on("error", () => undefined);
    from.on("close", () => {
      sockets.delete(from);
      to.destroy();
    });
    from.on("data", (chunk) => void setTimeout(() => to.writable && to.write(chunk), line.delayMs));
  };
  const server = createServer((client) => {
    const node = connect(at.target, "127.0.0.1");
    pipe(client, node);
    pipe(node, client);
  });
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  const line: SlowLine = {
    delayMs: at.delayMs ?? 0,
    cut,
    close: async () => {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(at.port, "127.0.0.1", resolve);
  });
  return line;
}
