import fc from "fast-check";
import { expect, test } from "vitest";
import { CommandReader } from "./command-reader";

const wire = (args: readonly Buffer[]): Buffer =>
  Buffer.concat([
    Buffer.from(`*${args.length}\r\n`),
    ...args.flatMap((arg) => [Buffer.from(`$${arg.length}\r\n`), arg, Buffer.from("\r\n")]),
  ]);

test("commands and their sizes come out of pieces of any size", () => {
  const arg = fc.uint8Array({ maxLength: 50 }).map((array) => Buffer.from(array));
  const commands = fc.array(fc.tuple(fc.array(arg, { minLength: 1, maxLength: 6 }), fc.boolean()));
  fc.assert(
    fc.property(commands, fc.integer({ min: 1, max: 60 }), (list, size) => {
      const sent = list.map(([args, hasGap]) => Buffer.concat([Buffer.from(hasGap ? "\n" : ""), wire(args)]));
      const bytes = Buffer.concat(sent);
      const reader = new CommandReader(1000);
      const read = [];
      for (let at = 0; at < bytes.length; at += size)
        read.push(...reader.push(Buffer.from(bytes.subarray(at, at + size))));
      expect(read).toEqual(list.map(([args], i) => ({ args, bytes: sent[i]?.length })));
    }),
  );
});
