import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startNode, type TestNode } from "@/server/testing/node";
import { splitWords } from "../resp/words";
import { embeddedServer } from "../testing/embedded";
import { RawClient } from "../testing/raw-client";
import { commandCases } from "./command-cases.fixture";

/** What clients are told besides their answers, of the embedded node and of redis-server 7.0.15: CLIENT TRACKING, MONITOR. And what both say of their commands. */
const PORT = 7330;
const folder = mkdtempSync(join(tmpdir(), "shardboard-tracking-"));
let ours: TestNode;
let theirs: TestNode;

beforeAll(async () => {
  const engine = await embeddedServer(folder);
  const config = ["enable-debug-command yes"];
  ours = await startNode({ port: PORT, engine, config, cluster: false });
  theirs = await startNode({ port: PORT + 1, config, cluster: false });
});

afterAll(async () => {
  await Promise.all([ours?.close(), theirs?.close()]);
  rmSync(folder, { recursive: true, force: true });
});

type Named = { readonly client: RawClient; readonly id: string };
const MARK = "$4\r\nmark\r\n";

/** All that has come for it. */
async function heard(client: RawClient): Promise<string> {
  let text = await client.ask("PING", "mark");
  while (!text.endsWith(MARK) && !text.endsWith("<closed>")) text += await client.send(Buffer.alloc(0), 1);
  return text.slice(0, -MARK.length);
}

/** Clients a, b and c; a step is `a COMMAND …`, where $b stands for b's id. After each all say what they have heard. */
async function play(port: number, steps: readonly string[]): Promise<readonly string[]> {
  const clients = new Map<string, Named>();
  for (const name of ["a", "b", "c"]) {
    const client = await RawClient.open(port);
    const id = (await client.ask("CLIENT", "ID")).slice(1, -2);
    clients.set(name, { client, id });
  }
  const told: string[] = [];
  /** Whose PING would only be queued. */
  const inside = new Set<string>();
  const names = new Map([...clients].map(([name, { id }]) => [id, name]));
  const anonymous = (text: string) =>
    text.replace(/((?:redirect|redir-broken)\r\n:)(\d+)/g, (_, before: string, id: string) => before + names.get(id));
  for (const step of steps) {
    const [name = "", ...words] = step.split(" ");
    const args = words.map((word) => (word.startsWith("$") ? (clients.get(word.slice(1))?.id ?? word) : word));
    const one = clients.get(name);
    if (args[0] === "LEAVE") {
      clients.delete(name);
      const first = [...clients.values()][0];
      await first?.client.ask("CLIENT", "KILL", "ID", one?.id ?? "");
    } else if (args[0] === "HELLO") await one?.client.ask(...args);
    else told.push(`${step}\n  ${JSON.stringify(anonymous((await one?.client.ask(...args)) ?? ""))}`);
    if (args[0] === "MULTI") inside.add(name);
    if (args[0] === "EXEC") inside.delete(name);
    for (const [other, { client }] of clients) {
      if (inside.has(other)) continue;
      const text = anonymous(await heard(client));
      if (text !== "") told.push(`  ${other} hears ${JSON.stringify(text)}`);
    }
  }
  for (const { client } of clients.values()) client.close();
  return told;
}

const three = ["a HELLO 3", "b FLUSHALL", "b SET k1 1", "b SET k2 2"];

const stories: Readonly<Record<string, readonly string[]>> = {
  "what was read is told once": [
    ...three,
    "a CLIENT TRACKING on",
    "a GET k1",
    "a MGET k1 k2 nosuch",
    "b SET k1 2",
    "b SET k1 3",
    "b INCR nosuch",
    "a GET k2",
    "a SET k2 own",
    "a SET k2 own",
    "a GET k1",
    "b DEL k1",
    "a STRLEN k1",
    "b RPUSH k1 x",
    "a LRANGE k1 0 -1",
    "b RENAME k1 k3",
    "a GET k3",
    "b EXPIRE k3 100",
    "a TTL k3",
    "b PEXPIREAT k3 1",
    "a CLIENT TRACKINGINFO",
    "a CLIENT GETREDIR",
    "a CLIENT TRACKING off",
    "a GET k2",
    "b SET k2 x",
    "a CLIENT TRACKINGINFO",
    "a CLIENT GETREDIR",
  ],
  "a transaction is told as a whole": [
    ...three,
    "a CLIENT TRACKING on",
    "a MULTI",
    "a GET k1",
    "a SET k1 5",
    "a GET k2",
    "a EXEC",
    "b SET k2 9",
    "b MULTI",
    "b SET k1 1",
    "b SET k1 2",
    "b EXEC",
    "a GET k1",
    "b FLUSHALL",
    "a SET k1 1",
    "a GET k1",
    "a FLUSHDB",
    "b SET k1 2",
  ],
  "NOLOOP keeps one's own changes away": [
    ...three,
    "a CLIENT TRACKING on NOLOOP",
    "a GET k1",
    "a SET k1 own",
    "b SET k1 other",
    "a GET k1",
    "b SET k1 other",
    "a CLIENT TRACKINGINFO",
  ],
  "OPTIN and OPTOUT take the next command": [
    ...three,
    "a CLIENT CACHING YES",
    "a CLIENT TRACKING on OPTIN",
    "a GET k1",
    "b SET k1 2",
    "a CLIENT CACHING YES",
    "a CLIENT TRACKINGINFO",
    "a GET k1",
    "a GET k2",
    "a CLIENT TRACKINGINFO",
    "b SET k1 3",
    "b SET k2 3",
    "a CLIENT CACHING NO",
    "a CLIENT CACHING MAYBE",
    "a CLIENT CACHING YES",
    "a MULTI",
    "a GET k1",
    "a GET k2",
    "a EXEC",
    "b MSET k1 1 k2 2",
    "a CLIENT TRACKING on OPTOUT",
    "a CLIENT TRACKING off",
    "a CLIENT TRACKING on OPTOUT",
    "a CLIENT CACHING NO",
    "a CLIENT TRACKINGINFO",
    "a GET k1",
    "a GET k2",
    "b MSET k1 1 k2 2",
    "a CLIENT CACHING YES",
  ],
  "BCAST tells of prefixes, read or not": [
    ...three,
    "a CLIENT TRACKING on BCAST PREFIX k PREFIX x:",
    "b SET k1 2",
    "b MSET k9 1 k2 2 x:1 1 y 1",
    "a SET k1 own",
    "a CLIENT TRACKINGINFO",
    "a CLIENT TRACKING on BCAST PREFIX k1",
    "a CLIENT TRACKING on BCAST PREFIX z PREFIX zz",
    "a CLIENT TRACKING on BCAST NOLOOP PREFIX z",
    "a CLIENT TRACKINGINFO",
    "a SET z1 own",
    "b SET z1 other",
    "a CLIENT TRACKING on",
    "a CLIENT TRACKING off",
    "a CLIENT TRACKING on BCAST",
    "b SET anything 1",
    "b DEL anything",
    "b DEL anything",
    "b FLUSHALL",
    "a RESET",
    "b SET anything 1",
  ],
  "REDIRECT tells another, until that one is gone": [
    ...three,
    "c SUBSCRIBE __redis__:invalidate",
    "a CLIENT TRACKING on REDIRECT $c",
    "a CLIENT TRACKINGINFO",
    "a GET k1",
    "a GET k2",
    "b SET k1 2",
    "a SET k2 own",
    "b FLUSHALL",
    "b SET k1 1",
    "a GET k1",
    "a CLIENT TRACKINGINFO",
    "c LEAVE",
    "b SET k1 2",
    "a CLIENT TRACKINGINFO",
  ],
  "in RESP2 only another can be told": [
    "b FLUSHALL",
    "b SET k1 1",
    "a CLIENT TRACKING on",
    "a GET k1",
    "b SET k1 2",
    "c SUBSCRIBE __redis__:invalidate",
    "a CLIENT TRACKING on REDIRECT $c",
    "a GET k1",
    "b SET k1 3",
    "a CLIENT TRACKING on REDIRECT $c REDIRECT $b",
    "a CLIENT TRACKING on REDIRECT 99999999",
    "a CLIENT TRACKING on REDIRECT x",
    "b FLUSHALL",
  ],
  "what cannot be is refused": [
    "a CLIENT TRACKING maybe",
    "a CLIENT TRACKING on FOO",
    "a CLIENT TRACKING on PREFIX k",
    "a CLIENT TRACKING on BCAST OPTIN",
    "a CLIENT TRACKING on OPTIN OPTOUT",
    "a CLIENT TRACKING on PREFIX",
    "a CLIENT TRACKING on",
    "a CLIENT TRACKING on BCAST",
    "a CLIENT CACHING YES",
    "a CLIENT CACHING NO",
    "a CLIENT TRACKING off",
    "a CLIENT TRACKINGINFO",
    "a CLIENT HELP",
  ],
};

test.each(Object.entries(stories))("%s", async (_, steps) => {
  const [got, wanted] = await Promise.all([play(ours.port, steps), play(theirs.port, steps)]);
  expect(got).toEqual(wanted);
});

/** Times and ports are each server's own. */
const plain = (text: string) => text.replace(/\d+\.\d{6}/g, "TIME").replace(/127\.0\.0\.1:\d+/g, "FROM");

test("MONITOR shows what clients run, and no password", async () => {
  const steps = [
    "a MONITOR",
    "b SET k \u00e9\\x\"'\r",
    "b SELECT 1",
    "b GET k",
    "b GET",
    "b AUTH default secret",
    "b HELLO 3 AUTH default secret SETNAME b",
    "b CONFIG GET maxmemory",
    "b MULTI",
    "b INCR n",
    "b EXEC",
    "b EVALX",
    "b LPUSH k x",
    "a RESET",
    "b GET k",
  ];
  const [got, wanted] = await Promise.all([play(ours.port, steps), play(theirs.port, steps)]);
  expect(got.map(plain)).toEqual(wanted.map(plain));
});

test("LATENCY remembers what took long", async () => {
  const numbers = (text: string) => text.replace(/:\d+/g, ":N").replace(/\d+ ms|\d+s\n/g, "N");
  const told: string[][] = [];
  for (const { port } of [ours, theirs]) {
    const client = await RawClient.open(port);
    const answers: string[] = [];
    for (const step of [
      "CONFIG SET latency-monitor-threshold 20",
      "LATENCY LATEST",
      "LATENCY HISTORY command",
      "LATENCY GRAPH command",
      "DEBUG SLEEP 0.05",
      "LATENCY LATEST",
      "LATENCY HISTORY command",
      "LATENCY RESET nosuch",
      "LATENCY RESET command nosuch",
      "LATENCY LATEST",
      "CONFIG SET latency-monitor-threshold 0",
      "LATENCY NOSUCH",
    ])
      answers.push(`${step}: ${numbers(await client.ask(...step.split(" ")))}`);
    client.close();
    told.push(answers);
  }
  expect(told[0]).toEqual(told[1]);
});

/** Sets of names come in an order of each server's own. */
const sorted = (reply: string) => reply.split("\r\n").sort().join("\n");
const UNORDERED = /^(ACL CAT geo|COMMAND LIST FILTERBY (ACLCAT|PATTERN) geo)/;

test.each([2, 3])("commands and users are described byte for byte in RESP%i", async (version) => {
  const [mine, other] = [await RawClient.open(ours.port), await RawClient.open(theirs.port)];
  await Promise.all([mine, other].map((client) => client.ask("HELLO", String(version))));
  const differences: string[] = [];
  for (const line of commandCases) {
    const args = splitWords(line) ?? [];
    const [got, wanted] = await Promise.all([mine.ask(...args), other.ask(...args)]);
    const isSame = UNORDERED.test(line) ? sorted(got) === sorted(wanted) : got === wanted;
    if (!isSame) differences.push(`${line}\n  redis ${JSON.stringify(wanted)}\n  ours  ${JSON.stringify(got)}`);
  }
  mine.close();
  other.close();
  expect(differences.join("\n")).toBe("");
});

/** Without what stands in it of subcommands: they are asked for by their own names, and not all of them are here. */
function withoutSubcommands(text: string, name: string): string {
  const at = text.indexOf(`${name}|`);
  return at < 0 ? text : text.slice(0, at).replace(/\*\d+\r\n\*10\r\n\$\d+\r\n$/, "");
}

test.each([2, 3])("COMMAND INFO says of every command what redis says in RESP%i", async (version) => {
  const [mine, other] = [await RawClient.open(ours.port), await RawClient.open(theirs.port)];
  const names = (await mine.ask("COMMAND", "LIST")).split("\r\n").filter((line) => /^[a-z]/.test(line));
  expect(names.length).toBeGreaterThan(250);
  await Promise.all([mine, other].map((client) => client.ask("HELLO", String(version))));
  const differences: string[] = [];
  for (const name of names.filter((name) => name !== "cluster")) {
    const [got, wanted] = await Promise.all([mine.ask("COMMAND", "INFO", name), other.ask("COMMAND", "INFO", name)]);
    if (withoutSubcommands(got, name) !== withoutSubcommands(wanted, name)) differences.push(`${wanted}\n${got}`);
  }
  mine.close();
  other.close();
  expect(differences.map((text) => JSON.stringify(text)).join("\n")).toBe("");
});
