import { expect, test } from "vitest";
import { type RawReply, RefusedReply, ReplyParser } from "./link-reply";

const text = [
  "+OK\r\n",
  "-ERR no\r\n",
  ":42\r\n",
  ":-7\r\n",
  "$5\r\nhello\r\n",
  "$13\r\n*9999999999\r\n\r\n",
  "$0\r\n\r\n",
  "$-1\r\n",
  "*-1\r\n",
  "*0\r\n",
  "*3\r\n:1\r\n*2\r\n$1\r\na\r\n$-1\r\n-x\r\n",
  "*1\r\n*1\r\n*0\r\n",
].join("");
const replies: readonly RawReply[] = [
  "OK",
  new RefusedReply("ERR no"),
  42,
  -7,
  Buffer.from("hello"),
  Buffer.from("*9999999999\r\n"),
  Buffer.from(""),
  null,
  null,
  [],
  [1, [Buffer.from("a"), null], new RefusedReply("x")],
  [[[]]],
];

test("whatever the packets, replies are what they are", () => {
  const bytes = Buffer.from(text.repeat(5));
  for (const size of [1, 2, 3, 7, 64, bytes.length]) {
    const read: RawReply[] = [];
    const parser = new ReplyParser((reply) => read.push(reply));
    for (let at = 0; at < bytes.length; at += size) parser.push(bytes.subarray(at, at + size));
    expect(read).toEqual(Array.from({ length: 5 }, () => replies).flat());
  }
});

test.each(["HTTP/1.1 400 Bad Request\r\n", ":x\r\n", "$?\r\n"])("%j is no reply", (said) => {
  const parser = new ReplyParser(() => {});
  expect(() => parser.push(Buffer.from(said))).toThrow(/Protocol error/);
});
