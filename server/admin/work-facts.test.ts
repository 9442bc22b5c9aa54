import { afterEach, expect, test } from "vitest";
import { Link } from "@/server/link";
import { bulk, refusal, type Scripted, startScripted } from "@/server/testing/scripted";
import { readWork } from "./work-facts";

const PORT = 9100;
let server: Scripted | undefined;
let link: Link | undefined;
afterEach(async () => {
  link?.close();
  await server?.close();
});

const stats = (slot: number, pairs: Readonly<Record<string, number>>) =>
  `*2\r\n:${slot}\r\n*${Object.keys(pairs).length * 2}\r\n${Object.entries(pairs)
    .map(([name, count]) => `${bulk(name)}:${count}\r\n`)
    .join("")}`;

/** `tell` is asked for the n-th INFO, and for the n-th SLOT-STATS. */
async function open(tell: (what: "info" | "slots", n: number) => string): Promise<Link> {
  const times = { info: 0, slots: 0 };
  server = await startScripted({ port: PORT }, (command) => {
    if (command[0] === "INFO" && command.length > 1) return tell("info", times.info++);
    if (command[1] === "SLOT-STATS") return tell("slots", times.slots++);
    if (command[0] === "INFO") return bulk("redis_version:8.2.0\r\n");
    return "+OK\r\n";
  });
  link = await Link.open({ endpoint: { host: "127.0.0.1", port: PORT } });
  return link;
}

const ask = { by: "traffic", ranges: [[5, 6]], gapMs: 50 } as const;
const traffic = (bytes: number) => bulk(`total_net_input_bytes:${bytes}\r\ntotal_net_output_bytes:${bytes}\r\n`);

test("where a node counts by slot, each slot's own work is known", async () => {
  const on = await open((what, n) =>
    what === "info"
      ? traffic(1000 * n)
      : `*2\r\n${stats(5, { "key-count": 1, "network-bytes-in": 10 * n, "network-bytes-out": 20 * n })}${stats(6, { "key-count": 0, "network-bytes-in": 0, "network-bytes-out": 0 })}`,
  );
  const work = await readWork(on, ask);
  expect(work?.perSec).toBeGreaterThan(0);
  expect(work?.bySlot?.[5]).toBeGreaterThan(0);
  expect(work?.bySlot?.[6]).toBe(0);
  expect((work?.perSec ?? 0) / (work?.bySlot?.[5] ?? 1)).toBeCloseTo(2000 / 30, 6);
});

test.each([
  ["does not know the command", () => refusal("ERR unknown subcommand 'SLOT-STATS'")],
  ["counts keys only", () => `*1\r\n${stats(5, { "key-count": 1 })}`],
])("a node that %s tells its own sum", async (_, slots) => {
  const on = await open((what, n) => (what === "info" ? traffic(1000 * n) : slots()));
  const work = await readWork(on, ask);
  expect(work?.perSec).toBeGreaterThan(0);
  expect(work?.bySlot).toBeUndefined();
});

test("counters that went back were reset, and say nothing", async () => {
  const on = await open((what, n) => (what === "info" ? traffic(1000 - 500 * n) : refusal("ERR no")));
  expect(await readWork(on, ask)).toBeUndefined();
});
