import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startNode, type TestNode } from "@/server/testing/node";
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
