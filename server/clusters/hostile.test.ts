import { createServer, type Socket } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isOpsError } from "@/lib/errors";
import { connectSchema } from "@/lib/wire/clusters";
import { startNode, type TestNode } from "@/server/testing/node";
import { type Observed, observe } from "@/server/testing/observed";
import { until } from "@/server/testing/until";

/** Servers that answer without end (SECURITY 24), beside a good one: nobody but themselves is harmed. */
const GOOD = 9280;
const MIB = 1024 * 1024;

type Talk = (socket: Socket) => void;
/** As fast as the reader takes it. */
const pour =
  (head: string, piece: Buffer): Talk =>
  (socket) => {
    socket.write(head);
    const more = () => {
      while (socket.writable && socket.write(piece));
    };
    socket.on("drain", more);
    more();
  };
const drip: Talk = (socket) => {
  let at = 0;
  const text = "$512\r\n".padEnd(518, "x");
  const timer = setInterval(() => socket.writable && socket.write(text[at++ % text.length] ?? "x"), 1000);
  socket.once("close", () => clearInterval(timer));
};
const numbers: Talk = (socket) => {
  socket.write(":1\r\n:2\r\n");
  socket.on("data", () => socket.write(":3\r\n:4\r\n"));
};
const hostile: readonly (readonly [what: string, port: number, talk: Talk])[] = [
  ["a bulk of 512 MB", GOOD + 1, pour("$536870912\r\n", Buffer.alloc(64 * 1024, "x"))],
  ["an array without end", GOOD + 2, pour("*1000000000\r\n", Buffer.from("$1\r\na\r\n".repeat(8192)))],
  ["arrays in arrays", GOOD + 3, pour("", Buffer.from("*1\r\n".repeat(16_384)))],
  ["a byte a second", GOOD + 4, drip],
  ["nothing", GOOD + 5, () => {}],
  ["replies of the wrong type", GOOD + 6, numbers],
];

let good: TestNode;
let observed: Observed;
const closers: (() => Promise<void>)[] = [];

beforeAll(async () => {
  good = await startNode({ port: GOOD });
  await good.call("CLUSTER", "ADDSLOTSRANGE", 0, 16383);
  observed = observe([good]);
  closers.push(
    () => observed.close(),
    () => good.close(),
  );
  for (const [, port, talk] of hostile) closers.push(await listen(port, talk));
});
afterAll(async () => {
  for (const close of closers) await close();
});

async function listen(port: number, talk: Talk): Promise<() => Promise<void>> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
    // Says nothing before it is asked: a greeting would be no answer.
    socket.once("data", () => talk(socket));
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
}

const connectTo = (port: number) => connectSchema.parse({ name: "bad", seeds: [{ host: "127.0.0.1", port }] });

test("connecting to any of them ends within ten seconds, with a sentence", async () => {
  const started = performance.now();
  const tries = hostile.map(async ([what, port]) => {
    const error = await observed.registry.verify(connectTo(port)).catch((reason: unknown) => reason);
    return [what, isOpsError(error) ? error.message.replace(/^\S+ /, "") : String(error)];
  });
  expect(await Promise.all(tries)).toEqual([
    ["a bulk of 512 MB", expect.stringMatching(/larger than 64 MiB/)],
    ["an array without end", expect.stringMatching(/more than 1000000 parts/)],
    ["arrays in arrays", expect.stringMatching(/nested deeper/)],
    ["a byte a second", expect.stringMatching(/gave no answer/)],
    ["nothing", expect.stringMatching(/gave no answer/)],
    ["replies of the wrong type", expect.stringMatching(/answers, but not|cannot be reached|gave no answer/)],
  ]);
  expect(performance.now() - started).toBeLessThan(10_000);
});

test("while all of them are watched, a good cluster is seen each second", async () => {
  await observed.seen("the good one", 5000, (t) => t.state === "ok");
  const before = process.memoryUsage().rss;
  const ids = hostile.map(([, port]) => observed.registry.add(connectTo(port)).id);
  for (const id of ids) observed.observer.watch(id);
  const beats = () => observed.events.filter((e) => e.type === "heartbeat" && e.clusterId === observed.id).length;
  const [first, startedMs] = [beats(), Date.now()];
  await until("five beats", 8000, () => beats() >= first + 5);
  expect(Date.now() - startedMs).toBeLessThan(7000);
  expect(observed.observer.snapshot(observed.id).topology?.agreement.answering).toBe(1);
  for (const id of ids)
    await until(`a finding for ${id}`, 5000, () => observed.observer.snapshot(id).findings.length > 0);
  expect((process.memoryUsage().rss - before) / MIB).toBeLessThan(200);
}, 30_000);
