import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startNode, type TestNode } from "@/server/testing/node";
import { until } from "@/server/testing/until";
import { splitWords } from "../resp/words";
import { embeddedServer } from "../testing/embedded";
import { RawClient } from "../testing/raw-client";
import { cases } from "./cases.fixture";
import { placeCases } from "./place-cases.fixture";

/** The same bytes in, the same bytes out: redis-server 7.0.15 beside the embedded node, on connections of the same history. */
const PORT = 7110;
const folder = mkdtempSync(join(tmpdir(), "shardboard-differential-"));
let ours: TestNode;
let theirs: TestNode;

beforeAll(async () => {
  const engine = await embeddedServer(folder);
  ours = await startNode({ port: PORT, engine, cluster: false });
  theirs = await startNode({ port: PORT + 1, cluster: false });
});

afterAll(async () => {
  await Promise.all([ours?.close(), theirs?.close()]);
  rmSync(folder, { recursive: true, force: true });
});

async function both(): Promise<readonly [RawClient, RawClient]> {
  return [await RawClient.open(ours.port), await RawClient.open(theirs.port)];
}

const asked = [...cases, ...placeCases];

test.each([2, 3])("every case is answered byte for byte in RESP%i", async (version) => {
  const [mine, other] = await both();
  const told: string[] = [];
  const differences: string[] = [];
  await Promise.all([mine.ask("FLUSHALL"), other.ask("FLUSHALL")]);
  await Promise.all([mine.ask("HELLO", String(version)), other.ask("HELLO", String(version))]);
  for (const line of asked) {
    const args = splitWords(line) ?? [];
    const [got, wanted] = await Promise.all([mine.ask(...args), other.ask(...args)]);
    told.push(wanted);
    if (got !== wanted) differences.push(`${line}\n  redis ${JSON.stringify(wanted)}\n  ours  ${JSON.stringify(got)}`);
  }
  mine.close();
  other.close();
  expect(differences.join("\n")).toBe("");
  expect(told.length).toBe(asked.length);
});

/** What a cluster refuses though a standalone server does it, and what it does as well. */
const inCluster = `
RPUSH l{t} 1 2 3
SORT l{t}
SORT l{t} BY nosort
SORT l{t} BY w*
SORT l{t} BY w* GET x
SORT l{t} BY w{t}_*
SORT l{t} GET #
SORT l{t} GET x*
SORT l{t} STORE d{t}
SORT l{t} STORE other
SORT_RO l{t} BY w*
SORT l{t} LIMIT x 1 BY w*
COPY l{t} c{t}
COPY l{t} c{t} DB 1
COPY l{t} c{t} DB 0 REPLACE
COPY l{t} other
MOVE l{t} 1
MOVE l{t} x
SWAPDB 0 1
SWAPDB x 1
SELECT 1
SELECT x
SELECT 0
BITOP AND a{t} b c
PFMERGE a{t} b
PFCOUNT a b
GEOADD g{t} 1 1 a
GEORADIUS g{t} 1 1 10 km STORE other
GEORADIUS g{t} 1 1 10 km STORE d{t}
GEORADIUS g{t} 1 1 10 km STORE d{t} STOREDIST other
GEOSEARCHSTORE other g{t} FROMLONLAT 1 1 BYRADIUS 1 km
LCS a b
PFDEBUG ENCODING a
MULTI
PFADD p{t} a
EXEC
`
  .trim()
  .split("\n");

test("a cluster refuses alike what reaches beyond a slot or the first database", async () => {
  const engine = await embeddedServer(folder);
  const nodes = [await startNode({ port: PORT + 2, engine }), await startNode({ port: PORT + 3 })];
  const told: string[][] = [];
  try {
    for (const { call } of nodes) await call("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
    for (const { call, port } of nodes) {
      await until("the cluster to be ok", 10_000, async () =>
        /cluster_state:ok/.test(String(await call("CLUSTER", "INFO"))),
      );
      const client = await RawClient.open(port);
      const answers: string[] = [];
      for (const line of inCluster) answers.push(`${line}: ${await client.ask(...line.split(" "))}`);
      client.close();
      told.push(answers);
    }
  } finally {
    await Promise.all(nodes.map((node) => node.close()));
  }
  const own = (text: string) => text.replace(/127\.0\.0\.1:\d+/g, "HERE");
  expect(told[0]?.map(own)).toEqual(told[1]?.map(own));
});

const requests: readonly (readonly [bytes: string, answers: number])[] = [
  ["*abc\r\n", 9],
  ["*1\r\n:1\r\n", 9],
  ["*1\r\n$abc\r\n", 9],
  ["*1\r\n$-5\r\n", 9],
  ["*1\r\n$999999999999\r\n", 9],
  ["*-5\r\nPING\r\n", 1],
  ["*0\r\nPING\r\n", 1],
  ["\r\n\r\nPING\r\n", 1],
  ["SET a 'x y'\r\nGET a\r\n", 2],
  ['ECHO "\\x41\\n"\r\n', 1],
  ['ECHO "open\r\n', 9],
  ["*01\r\n$4\r\nPING\r\n", 9],
  ["x".repeat(70_000), 9],
  [`*${"1".repeat(70_000)}`, 9],
];

test.each(requests.map(([bytes, answers]) => [bytes.slice(0, 24), bytes, answers] as const))(
  "a request %j is read alike",
  async (_, bytes, answers) => {
    const [mine, other] = await both();
    const [got, wanted] = await Promise.all([
      mine.send(Buffer.from(bytes), answers),
      other.send(Buffer.from(bytes), answers),
    ]);
    mine.close();
    other.close();
    expect(got).toBe(wanted);
  },
);
