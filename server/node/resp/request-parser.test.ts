import { expect, test } from "vitest";
import { ProtocolError, type RequestLimits, RequestParser } from "./request-parser";

const WIDE: RequestLimits = { maxBulkBytes: 1024 * 1024, maxArguments: 1024 * 1024, maxHeldBytes: 256 * 1024 };

/** Small, quick and the same everywhere: mulberry32. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000_000);

function readAll(parser: RequestParser, chunks: readonly Buffer[]): string[][] {
  const found: string[][] = [];
  for (const chunk of chunks) {
    parser.push(chunk);
    for (let args = parser.next(); args; args = parser.next()) found.push(args.map((arg) => arg.toString("latin1")));
  }
  return found;
}

function cut(bytes: Buffer, random: () => number): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = 1 + Math.floor(random() ** 3 * 5000);
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

test(`commands come out whole however they are cut, seed ${seed}`, () => {
  const random = chance(seed);
  for (let round = 0; round < 300; round++) {
    const commands = Array.from({ length: 1 + Math.floor(random() * 20) }, () =>
      Array.from({ length: 1 + Math.floor(random() * 6) }, () =>
        String.fromCharCode(
          ...Array.from({ length: Math.floor(random() ** 4 * 3000) }, () => Math.floor(random() * 256)),
        ),
      ),
    );
    const wire = commands.map(
      (args) => `*${args.length}\r\n${args.map((arg) => `$${arg.length}\r\n${arg}\r\n`).join("")}`,
    );
    const parser = new RequestParser(WIDE);
    expect(readAll(parser, cut(Buffer.from(wire.join(""), "latin1"), random))).toEqual(commands);
    expect(parser.heldBytes).toBe(0);
  }
});

const PIECES = [
  "*1\r\n",
  "*3\r\n",
  "$3\r\n",
  "$-1\r\n",
  "$0\r\n\r\n",
  "GET\r\n",
  "\r\n",
  "\n",
  "*-1\r\n",
  "$99999\r\n",
  '"',
  "'",
  "\\x",
  "*0\r\n",
  "$5\r\nab\r\nc\r\n",
  "\0",
];

test(`eight million bytes of nonsense never crash it nor stay in memory, seed ${seed}`, () => {
  const random = chance(seed ^ 0x5eed);
  let read = 0;
  let refused = 0;
  let parser = new RequestParser(WIDE);
  while (read < 8_000_000) {
    const pieces = Array.from({ length: 1 + Math.floor(random() * 60) }, () => {
      const kind = random();
      if (kind < 0.8) return Buffer.from(PIECES[Math.floor(random() * PIECES.length)] ?? "", "latin1");
      const size = Math.floor(random() ** 3 * 20_000);
      return kind < 0.9
        ? Buffer.alloc(size, Math.floor(random() * 256))
        : Buffer.from(Array.from({ length: size }, () => random() * 256));
    });
    const chunk = Buffer.concat(pieces);
    read += chunk.length;
    try {
      parser.push(chunk);
      while (parser.next());
      expect(parser.heldBytes).toBeLessThanOrEqual(WIDE.maxHeldBytes);
    } catch (error) {
      expect(error).toBeInstanceOf(ProtocolError);
      refused++;
      parser = new RequestParser(WIDE);
    }
  }
  expect(refused).toBeGreaterThan(100);
});

test("a stranger is refused what is long before it comes", () => {
  const stranger = { maxBulkBytes: 16 * 1024, maxArguments: 10, maxHeldBytes: 1024 * 1024 };
  const read = (text: string) => readAll(new RequestParser(stranger), [Buffer.from(text)]);
  expect(() => read("*11\r\n")).toThrow("Protocol error: unauthenticated multibulk length");
  expect(() => read("*2\r\n$20000\r\n")).toThrow("Protocol error: unauthenticated bulk length");
  expect(read("*2\r\n$4\r\nAUTH\r\n$1\r\nx\r\n")).toEqual([["AUTH", "x"]]);
});

test("many arguments that never end are refused at the limit of what is held", () => {
  const parser = new RequestParser(WIDE);
  const argument = Buffer.from(`$1000\r\n${"x".repeat(1000)}\r\n`);
  parser.push(Buffer.from("*100000\r\n"));
  expect(() => {
    for (let count = 0; count < 1000; count++) {
      parser.push(argument);
      parser.next();
    }
  }).toThrow("query buffer limit");
});
