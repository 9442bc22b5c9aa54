import { expect, test } from "vitest";
import { readSettings } from "./settings";

test("with nothing set it is a console of this machine alone", () => {
  expect(readSettings({})).toMatchObject({ host: "127.0.0.1", port: 3000, origin: undefined });
});

test.each<[Record<string, string>, RegExp]>([
  [{ HOST: "0.0.0.0" }, /^HOST is 0.0.0.0: off loopback the console wants https/],
  [{ HOST: "0.0.0.0", SHARDBOARD_ORIGIN: "http://board.example" }, /wants https/],
  [{ HOST: "::", SHARDBOARD_ORIGIN: "board" }, /^SHARDBOARD_ORIGIN is not an address/],
  [{ SHARDBOARD_ADMIN_TOKEN: "short" }, /^SHARDBOARD_ADMIN_TOKEN is shorter than 16/],
])("%o is refused", (env, message) => {
  expect(() => readSettings(env)).toThrow(message);
});

test.each(["127.0.0.1", "::1", "localhost"])("%s is loopback", (HOST) => {
  expect(readSettings({ HOST }).host).toBe(HOST);
});

test("behind a proxy with a certificate it may listen anywhere", () => {
  const env = { HOST: "0.0.0.0", PORT: "8080", SHARDBOARD_ORIGIN: "https://board.example/" };
  expect(readSettings(env)).toMatchObject({ port: 8080, origin: "https://board.example" });
});
