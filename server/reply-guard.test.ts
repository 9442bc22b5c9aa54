import { expect, test } from "vitest";
import { ReplyGuard } from "./reply-guard";

const LIMIT = 1024 * 1024;
const replies = [
  "+OK\r\n",
  "-ERR no\r\n",
  ":42\r\n",
  "$5\r\nhello\r\n",
  "$12\r\n*9999999999\r\n\r\n",
  "$0\r\n\r\n",
  "$-1\r\n",
  "*-1\r\n",
  "*0\r\n",
  "*3\r\n:1\r\n*2\r\n$1\r\na\r\n$-1\r\n+x\r\n",
  "*1\r\n*1\r\n*0\r\n",
];

/** The guard's own picture of where replies end must be right, or a key's bytes would be taken for a header. */
test("whatever the packets, replies are read to their ends and let through", () => {
  const text = Buffer.from(replies.join("").repeat(20));
  for (const size of [1, 2, 3, 7, 64, text.length]) {
    const guard = new ReplyGuard(LIMIT);
    for (let at = 0; at < text.length; at += size) expect(guard.look(text.subarray(at, at + size))).toBeUndefined();
    // At the top level again: this many levels fit only there.
    expect(guard.look(Buffer.from("*1\r\n".repeat(16)))).toBeUndefined();
    expect(guard.look(Buffer.from("*1\r\n"))).toMatch(/nested deeper/);
  }
});

test.each<[string, string, RegExp]>([
  ["a bulk that is announced too large", "$536870912\r\n", /larger than 1 MiB/],
  ["an array that is announced too long", "*2\r\n:1\r\n*1000000000\r\n", /more than 1000000 parts/],
  ["parts without end", `*3\r\n${`*500000\r\n${":1\r\n".repeat(500_000)}`.repeat(2)}`, /more than 1000000 parts/],
  ["arrays in arrays", "*1\r\n".repeat(17), /nested deeper than 16/],
  ["a line without end", `+${"x".repeat(70_000)}`, /line of its reply is longer/],
])("%s is stopped", (_, text, says) => {
  const guard = new ReplyGuard(LIMIT);
  const bytes = Buffer.from(text);
  let said: string | undefined;
  for (let at = 0; at < bytes.length && said === undefined; at += 65_536)
    said = guard.look(bytes.subarray(at, at + 65_536));
  expect(said).toMatch(says);
});

test("parts are counted reply by reply", () => {
  const guard = new ReplyGuard(LIMIT);
  for (let round = 0; round < 3; round++)
    expect(guard.look(Buffer.from(`*400000\r\n${":1\r\n".repeat(400_000)}`))).toBeUndefined();
});
