import { createServer, type Socket } from "node:net";

export type Scripted = {
  /** Every command that came, as words; the first one upper case. */
  readonly heard: readonly (readonly string[])[];
  readonly connections: () => number;
  close(): Promise<void>;
};

/** A server that speaks the wire protocol and says what a test wants: other versions, and hostile ones. */
export async function startScripted(
  at: { readonly host?: string; readonly port: number },
  /** `address` is the one that was dialled: one server on 0.0.0.0 can play all of 127/8. */
  answer: (command: readonly string[], address: string) => string,
): Promise<Scripted> {
  const heard: string[][] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    let rest = "";
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
    socket.on("data", (chunk) => {
      rest += chunk.toString("latin1");
      for (let read = readCommand(rest); read; read = readCommand(rest)) {
        rest = rest.slice(read.length);
        const [name = "", ...words] = read.words;
        const command = [name.toUpperCase(), ...words];
        if (heard.length < 1_000_000) heard.push(command);
        if (socket.writable) socket.write(answer(command, socket.localAddress ?? ""));
      }
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(at.port, at.host ?? "127.0.0.1", resolve);
  });
  return {
    heard,
    connections: () => connections,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const bulk = (text: string) => `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
export const refusal = (text: string) => `-${text}\r\n`;

function readCommand(text: string): { readonly words: readonly string[]; readonly length: number } | undefined {
  const head = /^\*(\d+)\r\n/.exec(text);
  if (!head) return undefined;
  let at = head[0].length;
  const words: string[] = [];
  for (let i = 0; i < Number(head[1]); i++) {
    const size = /^\$(\d+)\r\n/.exec(text.slice(at, at + 20));
    if (!size) return undefined;
    const start = at + size[0].length;
    const end = start + Number(size[1]);
    if (text.length < end + 2) return undefined;
    words.push(text.slice(start, end));
    at = end + 2;
  }
  return { words, length: at };
}
