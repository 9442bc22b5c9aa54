import { afterEach, beforeEach, expect, test } from "vitest";
import { type Ask, type Console, openConsole } from "./asking";

let console: Console;
beforeEach(async () => {
  console = await openConsole();
});
afterEach(() => console.close());

/** Reads until `enough` says so or the stream ends; what was read so far. */
async function listen(ask: Ask) {
  const response = await console.ask("events.stream", { as: "viewer", ...ask });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  return {
    status: response.status,
    until: async (enough: RegExp) => {
      while (!enough.test(text)) {
        const read = await reader?.read();
        if (!read || read.done) return `${text}[end]`;
        text += read.value;
      }
      return text;
    },
    leave: () => reader?.cancel(),
  };
}

const publish = () => console.engine.hub.publish({ type: "runtime", nodes: [] }).seq;
const lastId = (text: string) => text.match(/id: (\S+)\n(?![\s\S]*id: )/)?.[1] ?? "";

test("a new reader is told to read its snapshots, then gets what happens", async () => {
  const stream = await listen({});
  expect(await stream.until(/reset/)).toMatch(/^retry: 2000\n\nid: [\w-]+-\d+\ndata: \{"type":"reset"/);
  const seq = publish();
  expect(await stream.until(/runtime/)).toContain(`id: ${console.engine.bootId}-${seq}\ndata: {"type":"runtime"`);
  await stream.leave();
});

test("a reader that comes back gets what it missed, by header or by query", async () => {
  const id = `${console.engine.bootId}-${publish()}`;
  const missed = [publish(), publish()];
  for (const ask of [{ headers: { "last-event-id": id } }, { search: `?since=${id}` }]) {
    const stream = await listen(ask);
    const text = await stream.until(new RegExp(`-${missed[1]}\n.*\n\n`));
    expect([...text.matchAll(/^id: .*-(\d+)$/gm)].map(([, seq]) => Number(seq))).toEqual(missed);
    await stream.leave();
  }
});

test.each(["another-life-3", "nonsense", "-", "%"])("a number of %s is answered by a reset", async (id) => {
  const stream = await listen({ headers: { "last-event-id": id } });
  expect(lastId(await stream.until(/reset/))).toMatch(new RegExp(`^${console.engine.bootId}-`));
  await stream.leave();
});

test("a stream ends with its session, and with the console", async () => {
  const viewer = await listen({ as: "viewer" });
  const admin = await listen({ as: "admin" });
  await viewer.until(/reset/);
  await admin.until(/reset/);
  await console.ask("session.delete", { as: "viewer" });
  expect(await viewer.until(/never/)).toMatch(/\[end\]$/);
  const seq = publish();
  expect(await admin.until(/runtime/)).toContain(`-${seq}\n`);
  console.engine.hub.close();
  expect(await admin.until(/never/)).toMatch(/\[end\]$/);
});

test("a reader that leaves is forgotten", async () => {
  const before = console.engine.hub.readers;
  const gone = new AbortController();
  const streams = [await listen({ signal: gone.signal }), await listen({})];
  expect(console.engine.hub.readers).toBe(before + 2);
  gone.abort();
  await streams[1]?.leave();
  expect(console.engine.hub.readers).toBe(before);
});

test("a reader that does not read is dropped, the others are not", async () => {
  const slow = await console.ask("events.stream", { as: "viewer" });
  const quick = await listen({ as: "admin" });
  const text = "x".repeat(1024 * 1024);
  const readersBefore = console.engine.hub.readers;
  for (let n = 0; n < 9; n++) {
    console.engine.hub.publish({
      type: "runtime",
      nodes: [{ ...node, process: { state: "foreign", text } }],
    });
    await quick.until(new RegExp(`-${console.engine.hub.seq}\n`));
  }
  expect(console.engine.hub.readers).toBe(readersBefore - 1);
  await slow.body?.cancel();
  await quick.leave();
});

const node = {
  id: "n",
  name: "n",
  endpoint: { host: "127.0.0.1", port: 8001 },
  busPort: 18001,
  folder: "/",
  engine: { kind: "redis", path: "/", version: "7" },
  sandbox: false,
} as const;
