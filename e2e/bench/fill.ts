import { connect } from "node:net";
import { keySlot } from "@/lib/cluster/key-slot";
import { type BenchNode, share } from "./nodes";

export type FillOptions = { readonly keys: number; readonly bytes: number };

const CHUNK_KEYS = 5000;

/** `key:<n>` for n below `keys`, written straight to whoever owns its slot at the start. */
export async function fill(owners: readonly BenchNode[], { keys, bytes }: FillOptions): Promise<void> {
  const value = "x".repeat(bytes);
  const ends = owners.map((_, i) => share(i, owners.length)[1]);
  const waiting: string[][] = owners.map(() => []);
  for (let from = 0; from < keys; from += CHUNK_KEYS * owners.length) {
    const to = Math.min(keys, from + CHUNK_KEYS * owners.length);
    for (let n = from; n < to; n++) {
      const key = `key:${n}`;
      const slot = keySlot(key);
      const owner = ends.findIndex((last) => slot <= last);
      waiting[owner]?.push(`*3\r\n$3\r\nSET\r\n$${key.length}\r\n${key}\r\n$${bytes}\r\n${value}\r\n`);
    }
    await Promise.all(owners.map(({ port }, i) => write(port, waiting[i]?.splice(0) ?? [])));
  }
}

/** All in one connection; resolves when each was answered with OK. */
function write(port: number, commands: readonly string[]): Promise<void> {
  if (commands.length === 0) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    let answered = 0;
    socket.on("data", (bytes: Buffer) => {
      if (bytes.includes("-")) return void socket.destroy(new Error(bytes.toString().slice(0, 200)));
      answered += bytes.length / "+OK\r\n".length;
      if (answered >= commands.length) socket.end();
    });
    socket.on("error", reject);
    socket.on("close", () => (answered >= commands.length ? resolve() : reject(new Error("the fill was cut off"))));
    socket.write(commands.join(""));
  });
}
