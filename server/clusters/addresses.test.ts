import { networkInterfaces } from "node:os";
import { describe, expect, test } from "vitest";
import { AddressPolicy } from "./addresses";

const policy = new AddressPolicy();
const at = (host: string, port = 6379) => ({ host, port });

describe("never", () => {
  test.each([
    "169.254.169.254",
    "[::ffff:169.254.169.254]",
    "::ffff:a9fe:a9fe",
    "::169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "2002:a9fe:a9fe::1",
    "2852039166",
    "0xa9fea9fe",
    "0251.0376.0251.0376",
    "0xa9.254.0251.254",
    "169.254.1",
    "fe80::1",
    "fe80::1%lo",
    "fd00:ec2::254",
    "100.100.100.200",
    "0.0.0.0",
    "0.1.2.3",
    "0",
    "::",
    "224.0.0.1",
    "255.255.255.255",
    "ff02::1",
  ])("%s", async (host) => {
    await expect(policy.resolve(at(host))).rejects.toMatchObject({ code: "refused", sentence: "addressNotAllowed" });
  });
});

describe("by default", () => {
  test.each([
    "127.0.0.1",
    "10.1.2.3",
    "192.168.0.1",
    "172.16.0.9",
    "100.64.0.1",
    "8.8.8.8",
    "::1",
    "fd12::1",
    "2001:db8::1",
  ])("%s", async (ip) => {
    expect(await policy.resolve(at(ip))).toBe(ip);
  });

  test("a name gives a pinned address", async () => {
    expect(await policy.resolve(at("localhost"))).toMatch(/^(127\.0\.0\.1|::1)$/);
    expect(await policy.resolve(at("2130706433"))).toBe("127.0.0.1");
    expect(await policy.resolve(at("[::1]"))).toBe("::1");
  });
});

test("SHARDBOARD_ALLOW_NETS narrows, and cannot widen", async () => {
  const narrow = new AddressPolicy({ allowNets: "10.0.0.0/8, fd12::/16 169.254.0.0/16" });
  expect(await narrow.resolve(at("10.9.9.9"))).toBe("10.9.9.9");
  expect(await narrow.resolve(at("::ffff:10.9.9.9"))).toBe("::ffff:10.9.9.9");
  expect(await narrow.resolve(at("fd12::5"))).toBe("fd12::5");
  for (const host of ["127.0.0.1", "11.0.0.1", "169.254.169.254", "::1"])
    await expect(narrow.resolve(at(host))).rejects.toMatchObject({ code: "refused" });
  expect(() => new AddressPolicy({ allowNets: "10.0.0.0/99" })).toThrow(/not a network/);
});

test("the console's own listener is no node, by any of its addresses", async () => {
  const own = new AddressPolicy();
  own.block(at("127.0.0.1", 3000));
  const others = Object.values(networkInterfaces()).flatMap((all) => all?.map(({ address }) => address) ?? []);
  for (const host of ["127.0.0.1", "127.0.0.9", "localhost", "::1", "::ffff:127.0.0.1", ...others])
    await expect(own.resolve(at(host, 3000))).rejects.toMatchObject({ code: "refused" });
  expect(await own.resolve(at("127.0.0.1", 3001))).toBe("127.0.0.1");
});

test("a lost address and an unknown name are clear", async () => {
  await expect(policy.resolve(at("", 0))).rejects.toMatchObject({ code: "unreachable", sentence: "noAddress" });
  await expect(policy.resolve(at("10.0.0.1", 0))).rejects.toMatchObject({ sentence: "noAddress" });
  await expect(policy.resolve(at("nowhere.invalid"))).rejects.toMatchObject({
    code: "unreachable",
    sentence: "nameNotFound",
  });
});
