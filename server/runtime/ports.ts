import { connect, createServer } from "node:net";
import { refuse } from "@/server/refuse";

/** The cluster bus listens this far above the client port. */
export const BUS_OFFSET = 10_000;
export const LOWEST_PORT = 1024;
/** Bus ports stay below 32768, where systems begin to hand out ports to outgoing connections. */
export const HIGHEST_PORT = 32_767 - BUS_OFFSET;

const ANSWER_MS = 500;

/** Throws OpsError invalid when no node can have this client port. */
export function checkPort(port: number): void {
  if (Number.isInteger(port) && port >= LOWEST_PORT && port <= HIGHEST_PORT) return;
  throw refuse("invalid", "portOutOfRange", { port, lowest: LOWEST_PORT, highest: HIGHEST_PORT });
}

/** Whether a node could listen on the port and on its bus port at this moment: both are really bound, then let go. */
export async function isPairFree(host: string, port: number): Promise<boolean> {
  return (await canListen(host, port)) && (await canListen(host, port + BUS_OFFSET));
}

export type PortWish = {
  readonly host: string;
  readonly count: number;
  readonly from: number;
  /** Client ports that belong to other nodes, running or not. */
  readonly avoid: ReadonlySet<number>;
};

/** `count` client ports from `from` upwards whose pairs are free and clash with nobody's, nor with each other. */
export async function freePorts({ host, count, from, avoid }: PortWish): Promise<readonly number[]> {
  checkPort(from);
  const kept = new Set([...avoid].flatMap((port) => [port, port + BUS_OFFSET]));
  const found: number[] = [];
  for (let port = from; port <= HIGHEST_PORT && found.length < count; port++) {
    if (kept.has(port) || kept.has(port + BUS_OFFSET) || !(await isPairFree(host, port))) continue;
    found.push(port);
    kept.add(port).add(port + BUS_OFFSET);
  }
  if (found.length < count) throw refuse("refused", "noFreePorts", { from, count });
  return found;
}

/** Whether anything accepts connections there. */
export function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: ANSWER_MS });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
    socket.once("timeout", () => end(false));
  });
}

/** A listener on all addresses does not stop a bind to one of them on every system: it is asked for as well. */
async function canListen(host: string, port: number): Promise<boolean> {
  const bound = await new Promise<boolean>((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
  return bound && !(await answers(host, port));
}
