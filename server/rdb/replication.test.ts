import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isOpsError } from "@/lib/errors";
import { type Command, Link } from "@/server/link";
import { makeCertificates } from "@/server/testing/certificates";
import { startNode } from "@/server/testing/node";
import { startScripted } from "@/server/testing/scripted";
import { until } from "@/server/testing/until";
import { readRdb } from "./read";
import { Replication, type ReplicationOptions } from "./replication";
import { restorables } from "./restore";
import { type EngineNode, engines, startEngine } from "./testing/engines";
import { fillEveryType } from "./testing/fill";

const COMMANDS = 1000;
const BATCH = 200;

const replicate = (port: number, options: Partial<ReplicationOptions> = {}) =>
  Replication.start({
    endpoint: `127.0.0.1:${port}`,
    wants: "snapshot-and-stream",
    ...options,
    socket: options.socket ?? connect(port, "127.0.0.1"),
  });

describe.each(engines())("replication of $name", (engine) => {
  let source: EngineNode;
  let copy: EngineNode;
  beforeEach(async () => {
    const config = ["repl-ping-replica-period 1"];
    [source, copy] = await Promise.all([
      startEngine(engine, { port: 8010, config }),
      startEngine(engine, { port: 8011 }),
    ]);
  });
  afterEach(async () => {
    await Promise.all([source?.close(), copy?.close()]);
  });

  test.each(["yes", "no"])(
    "snapshot and stream under writes make an equal copy (repl-diskless-sync %s)",
    async (diskless) => {
      await fillEveryType(source);
      await source.call("CONFIG", "SET", "repl-diskless-sync", diskless);
      const [writer, reader] = await Promise.all([openLink(source), openLink(copy)]);
      const load = writeLoad(writer, COMMANDS);
      const replication = await replicate(source.port);
      expect(replication.replid).toMatch(/^[0-9a-f]{40}$/);

      let batch: Command[] = [];
      const apply = async () => {
        const settled = await reader.pipeline(batch, { buffers: true, timeoutMs: 20_000 });
        for (const reply of settled) if (!reply.ok) throw reply.error;
        batch = [];
      };
      let db = 0;
      for await (const key of restorables(readRdb(replication.snapshot()), { version: copy.rdbVersion })) {
        if (key.db !== db) batch.push(["SELECT", key.db]);
        db = key.db;
        const ttl = key.expiresAtMs ?? 0n;
        batch.push(["RESTORE", key.key, String(ttl), key.payload, ...(ttl > 0n ? ["ABSTTL"] : [])]);
        if (batch.length >= BATCH) await apply();
      }
      batch.push(["SELECT", 0]);
      await apply();

      const target = load.then(() => offsetOf(source));
      let end = Number.POSITIVE_INFINITY;
      void target.then((offset) => (end = offset));
      let followed = 0;
      for await (const { args, offset } of replication.commands()) {
        batch.push(args as Command);
        followed++;
        if (batch.length >= BATCH || offset >= end || String(args[0]) === "PING") await apply();
        if (offset >= end) break;
      }
      console.log(`${engine.name}: followed ${followed} commands from ${replication.offset} to ${await target}`);
      expect(followed).toBeGreaterThan(COMMANDS / 4);
      expect(await copy.call("DBSIZE")).toBe(await source.call("DBSIZE"));
      expect(await copy.call("DEBUG", "DIGEST")).toBe(await source.call("DEBUG", "DIGEST"));
      await until("the node to let go of us", 10_000, async () =>
        /connected_slaves:0/.test(String(await source.call("INFO", "replication"))),
      );
      writer.close();
      reader.close();
    },
  );

  test("the node counts our acknowledgements, and answers WAIT by them", async () => {
    const replication = await replicate(source.port, { listeningPort: 4711 });
    for await (const _ of replication.snapshot());
    const stream = replication.commands();
    const seen: string[] = [];
    const reading = (async () => {
      for await (const { args } of stream) {
        seen.push(String(args[0]));
        if (String(args[0]) === "SET" && String(args[1]) === "last") break;
      }
    })();
    await until("us to be a replica that is online", 10_000, async () =>
      /port=4711,state=online/.test(String(await source.call("INFO", "replication"))),
    );
    await source.call("SET", "first", "1");
    expect(await source.call("WAIT", "1", "4000")).toBe(1);
    await source.call("SET", "last", "1");
    await reading;
    expect(seen.filter((name) => name === "SET")).toHaveLength(2);
  });

  test("a snapshot alone leaves no replica behind", async () => {
    await source.call("SET", "a", "1");
    const replication = await replicate(source.port, { wants: "snapshot" });
    const kinds: string[] = [];
    for await (const record of readRdb(replication.snapshot())) kinds.push(record.kind);
    expect(kinds).toContain("key");
    expect(kinds.at(-1)).toBe("end");
    replication.close();
    expect(String(await source.call("INFO", "replication"))).toMatch(/connected_slaves:0/);
  });
});

test("a node behind TLS and a password gives its snapshot over the socket it is handed", async () => {
  const folder = mkdtempSync(join(tmpdir(), "shardboard-rdb-tls-"));
  makeCertificates(folder);
  const tls = { ca: readFileSync(join(folder, "ca.crt"), "utf8") };
  const files = [
    `tls-cert-file ${folder}/node.crt`,
    `tls-key-file ${folder}/node.key`,
    `tls-ca-cert-file ${folder}/ca.crt`,
  ];
  const node = await startNode({
    port: 8013,
    cluster: false,
    tls,
    password: "open",
    config: [...files, "tls-auth-clients no"],
  });
  try {
    await node.call("SET", "a", "1");
    const start = (login: Partial<ReplicationOptions>) =>
      replicate(8013, { ...login, socket: connectTls({ host: "127.0.0.1", port: 8013, ...tls }) });
    await expect(start({})).rejects.toMatchObject({ code: "unauthenticated" });
    await expect(start({ password: "shut" })).rejects.toMatchObject({ code: "unauthenticated" });
    const replication = await start({ user: "default", password: "open", wants: "snapshot" });
    const keys: string[] = [];
    for await (const record of readRdb(replication.snapshot()))
      if (record.kind === "key") keys.push(String(record.key));
    expect(keys).toEqual(["a"]);
    replication.close();
  } finally {
    await node.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

describe("what a node may do instead", () => {
  const PORT = 8012;
  const full = `+FULLRESYNC ${"a".repeat(40)} 7\r\n`;
  const failure = async (work: Promise<unknown>) => {
    const error = await work.then(
      () => undefined,
      (error: unknown) => error,
    );
    if (!isOpsError(error)) throw new Error(`no OpsError: ${error}`);
    return `${error.code}: ${error.message}`;
  };
  const drain = async (options: Partial<ReplicationOptions> = {}) => {
    const replication = await replicate(PORT, options);
    for await (const _ of replication.snapshot());
    for await (const _ of replication.commands());
  };

  test.each([
    ["wants a password", "-NOAUTH Authentication required.\r\n", {}, /^unauthenticated: .*8012 refused/],
    ["refuses the password", "-WRONGPASS invalid\r\n", { password: "x" }, /^unauthenticated: /],
    ["has no primary itself", "-NOMASTERLINK Can't SYNC\r\n", {}, /^unreachable: .*NOMASTERLINK/],
    ["offers to continue", "+CONTINUE\r\n", {}, /^invalid: .*FULLRESYNC/],
    ["says nothing", "", { silenceMs: 100 }, /^timed_out: .*100 ms/],
    ["only pings while it forks", "\n\n\n", { silenceMs: 100 }, /^timed_out: /],
    ["says nothing after the resync", full, { silenceMs: 100 }, /^timed_out: /],
    ["names no size", `${full}$many\r\n`, {}, /^invalid: .*the size of a snapshot/],
    ["sends too little", `${full}\n$100\r\nREDIS`, { silenceMs: 100 }, /^timed_out: /],
    ["sends no commands", `${full}$2\r\nxxhello there\r\n`, {}, /^invalid: .*a command/],
    ["sends an endless line", `${full}$2\r\nxx${"*".repeat(100)}`, {}, /^invalid: /],
    ["promises too much", `${full}$2\r\nxx*1\r\n$999999999\r\n`, {}, /^invalid: .*at most/],
  ] as const)("it %s", async (_, answer, options, expected) => {
    const node = await startScripted({ port: PORT }, ([name]) =>
      name === "PSYNC" || (name === "AUTH" && answer.startsWith("-")) ? answer : "+OK\r\n",
    );
    try {
      expect(await failure(drain(options))).toMatch(expected);
    } finally {
      await node.close();
    }
  });

  test("it closes in the middle of the snapshot", async () => {
    const node = await startScripted({ port: PORT }, ([name]) =>
      name === "PSYNC" ? `${full}$EOF:${"m".repeat(40)}\r\nxx` : "+OK\r\n",
    );
    const failed = failure(drain());
    await until("the question", 5000, () => node.heard.some(([name]) => name === "PSYNC"));
    await node.close();
    expect(await failed).toMatch(/^unreachable: .*its snapshot/);
  });

  test("nobody listens, or the caller leaves", async () => {
    expect(await failure(drain())).toMatch(/^unreachable: /);
    const node = await startScripted({ port: PORT }, () => "");
    const leaving = new AbortController();
    const failed = failure(drain({ signal: leaving.signal }));
    await until("the question", 5000, () => node.heard.length > 0);
    leaving.abort();
    expect(await failed).toMatch(/^cancelled: /);
    await node.close();
  });
});

const openLink = (node: EngineNode) => Link.open({ endpoint: node.endpoint, timeoutMs: 20_000 });

async function offsetOf(node: EngineNode): Promise<number> {
  return Number(/master_repl_offset:(\d+)/.exec(String(await node.call("INFO", "replication")))?.[1]);
}

/** Writes of every kind, the same at every run, half of them in another database, some in transactions. */
async function writeLoad(link: Link, count: number): Promise<void> {
  for (let i = 0; i < count; i += 50) {
    const commands: Command[] = [["SELECT", (i / 50) % 2]];
    for (let j = i; j < i + 50; j++)
      commands.push(
        ["SET", `k${j % 977}`, `value ${j}`, ...(j % 5 ? [] : ["PX", "900000000"])],
        ["RPUSH", `l${j % 31}`, j],
        ["HSET", `h${j % 53}`, `f${j % 17}`, j],
        ["ZADD", `z${j % 13}`, j / 3, `m${j}`],
        ["XADD", `x${j % 7}`, `${j + 1}-1`, "n", j],
        ["DEL", `k${(j * 7) % 977}`],
      );
    commands.push(["MULTI"], ["INCR", "counter"], ["LPOP", `l${i % 31}`], ["EXEC"]);
    const settled = await link.pipeline(commands);
    for (const reply of settled) if (!reply.ok) throw reply.error;
  }
}
