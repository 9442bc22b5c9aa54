import { describe, expect, it } from "vitest";
import { readAddressMap, readEndpoint, readLabels, readSeeds } from "./connect-text";

describe("what is typed to connect a cluster", () => {
  it.each([
    ["10.0.0.1:7000", { host: "10.0.0.1", port: 7000 }],
    ["redis-1.internal:6379", { host: "redis-1.internal", port: 6379 }],
    ["[fd00::1]:7000", { host: "fd00::1", port: 7000 }],
    ["10.0.0.1", undefined],
    ["10.0.0.1:0", undefined],
    ["10.0.0.1:70000", undefined],
    ["http://x:80", undefined],
    ["fd00::1:7000", undefined],
  ])("reads %s", (text, endpoint) => expect(readEndpoint(text)).toEqual(endpoint));

  it("takes seeds by line and by comma, and names the one it cannot read", () => {
    expect(readSeeds("a:1, b:2\n c:3")).toMatchObject({
      ok: true,
      value: [{ host: "a" }, { host: "b" }, { host: "c" }],
    });
    expect(readSeeds("a:1 nonsense")).toEqual({ ok: false, text: "nonsense" });
  });

  it("takes pairs of addresses", () => {
    const value = [{ announced: { host: "172.18.0.2", port: 6379 }, dial: { host: "127.0.0.1", port: 7001 } }];
    expect(readAddressMap("172.18.0.2:6379 127.0.0.1:7001")).toEqual({ ok: true, value });
    expect(readAddressMap("172.18.0.2:6379 -> 127.0.0.1:7001\n")).toEqual({ ok: true, value });
    expect(readAddressMap("172.18.0.2:6379")).toMatchObject({ ok: false });
  });

  it("takes labels", () => {
    expect(readLabels("a:1 host=h1 zone=z")).toEqual({ ok: true, value: { "a:1": { host: "h1", zone: "z" } } });
    expect(readLabels("a:1 colour=red")).toMatchObject({ ok: false, text: "a:1 colour=red" });
  });
});
