import { Redis } from "ioredis";
import { portsOf, sandboxOf } from "./fixtures/cluster";
import type { RunningConsole } from "./fixtures/console";
import { expect, test } from "./fixtures/story";

type Reader = { readonly ids: string[]; readonly types: string[]; readonly close: () => void };

async function openStream(console: RunningConsole, lastEventId?: string): Promise<Reader> {
  const stop = new AbortController();
  const response = await fetch(`${console.url}/api/events`, {
    signal: stop.signal,
    headers: {
      authorization: `Bearer ${console.token}`,
      ...(lastEventId ? { "last-event-id": lastEventId } : {}),
    },
  });
  expect(response.status).toBe(200);
  const reader: Reader = { ids: [], types: [], close: () => stop.abort() };
  void (async () => {
    const decoder = new TextDecoder();
    let text = "";
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(chunk, { stream: true });
      const blocks = text.split("\n\n");
      text = blocks.pop() ?? "";
      for (const block of blocks) {
        const id = /^id: (.+)$/m.exec(block)?.[1];
        const data = /^data: (.+)$/m.exec(block)?.[1];
        if (id && data) {
          reader.ids.push(id);
          reader.types.push((JSON.parse(data) as { type: string }).type);
        }
      }
    }
  })().catch(() => {});
  return reader;
}

async function commandsSeen(ports: readonly number[], duringMs: number): Promise<number> {
  const nodes = ports.map((port) => new Redis({ host: "127.0.0.1", port }));
  const total = async () => {
    const infos = await Promise.all(nodes.map((node) => node.info("stats")));
    return infos.reduce((sum, info) => sum + Number(/total_commands_processed:(\d+)/.exec(info)?.[1]), 0);
  };
  const before = await total();
  await new Promise((resolve) => setTimeout(resolve, duringMs));
  const after = await total();
  for (const node of nodes) node.disconnect();
  return after - before;
}

test("Fifty viewers cost the cluster what one costs", async ({ console }) => {
  const ports = portsOf(await sandboxOf(console));
  const one = await openStream(console);
  await expect.poll(() => one.ids.length).toBeGreaterThan(2);
  const withOne = await commandsSeen(ports, 5000);
  const more = await Promise.all(Array.from({ length: 49 }, () => openStream(console)));
  await expect.poll(() => more.every((reader) => reader.ids.length > 0)).toBe(true);
  const withFifty = await commandsSeen(ports, 5000);
  test.info().annotations.push({ type: "commands in 5 s", description: `one: ${withOne}, fifty: ${withFifty}` });
  for (const reader of [one, ...more]) reader.close();
  expect(withFifty).toBeLessThan(withOne * 1.5);
});

test("A reader that comes back gets what it missed, without a gap", async ({ console }) => {
  const first = await openStream(console);
  await expect.poll(() => first.ids.length).toBeGreaterThan(1);
  first.close();
  const last = first.ids.at(-1) ?? "";
  const second = await openStream(console, last);
  await expect.poll(() => second.ids.length).toBeGreaterThan(1);
  second.close();
  const [life, seq] = splitId(last);
  const got = second.ids.map(splitId);
  expect(got.every(([otherLife]) => otherLife === life)).toBe(true);
  expect(got.map(([, n]) => n)).toEqual(got.map((_, i) => seq + 1 + i));
});

test("A reader of another life of the console is told to read everything again", async ({ console }) => {
  const stream = await openStream(console, "another-life-41");
  await expect.poll(() => stream.types[0]).toBe("reset");
  stream.close();
});

function splitId(id: string): [life: string, seq: number] {
  const cut = id.lastIndexOf("-");
  return [id.slice(0, cut), Number(id.slice(cut + 1))];
}
