import { describe, expect, test } from "vitest";
import { decodeValue } from "@/server/rdb/decode";
import { readDump } from "@/server/rdb/dump";
import { Network } from "../replication/testing/network";
import { collectingClient, SimNode } from "../replication/testing/sim-node";
import { ScriptedTarget } from "./testing/scripted-target";

const PORT = 7900;
const TARGET = ["127.0.0.1", String(PORT)] as const;

function setUp() {
  const network = new Network(7);
  const source = new SimNode(network, 7901);
  const target = new ScriptedTarget(network, PORT);
  const { client, answers } = collectingClient();
  for (const key of ["a", "b", "c"]) source.set(key, `value of ${key}`);
  const migrate = (...words: string[]) => {
    source.call(client, "MIGRATE", ...TARGET, ...words);
    network.runUntil(() => client.block === undefined, 20_000);
    return answers.at(-1)?.trim();
  };
  return { network, source, target, client, answers, migrate };
}

const restores = (target: ScriptedTarget) => target.heard.filter(([name]) => name === "RESTORE");
const keysLeft = (source: SimNode) => ["a", "b", "c"].filter((key) => source.keyspace.first.holds(key)).join("");

describe("MIGRATE", () => {
  test("moves a key with its value and its time, and is held until it is over", () => {
    const { network, source, target, client, answers } = setUp();
    source.set("a", "1234567", { expiresAtMs: network.nowMs + 60_000 });
    source.call(client, "MIGRATE", ...TARGET, "a", "3", "1000", "REPLACE");
    expect([source.isHeld, client.block?.reason]).toEqual([true, "migrate"]);
    network.run(200);
    expect(answers).toEqual(["+OK\r\n"]);
    expect([source.isHeld, keysLeft(source)]).toEqual([false, "bc"]);
    expect(target.heard[0]).toEqual(["SELECT", "3"]);
    const [name, key, ttl, payload = "", replace] = target.heard[1] ?? [];
    expect([name, key, replace]).toEqual(["RESTORE", "a", "REPLACE"]);
    expect(Number(ttl)).toBeGreaterThan(59_000);
    const dumped = readDump(Buffer.from(payload, "latin1"));
    expect(dumped.version).toBe(10);
    expect(decodeValue(dumped.value)).toEqual({ type: "string", bytes: Buffer.from("1234567") });
  });

  test("what replicas are told is one DEL of all that went", () => {
    const { network, source, migrate } = setUp();
    const replica = new SimNode(network, 7902);
    replica.replication.follow(source.address);
    expect(network.runUntil(() => replica.replication.link === "connected")).toBe(true);
    expect(migrate("", "0", "1000", "KEYS", "a", "missing", "b")).toBe("+OK");
    network.run(500);
    expect(keysLeft(replica)).toBe("c");
    expect(replica.replication.offset).toBe(source.replication.offset);
  });

  test.each([
    ["no key is there", ["x", "0", "1000"], "+NOKEY"],
    ["the key is named twice", ["a", "0", "1000", "KEYS", "b"], /^-ERR When using MIGRATE KEYS option/],
    ["a word is not known", ["a", "0", "1000", "TWICE"], "-ERR syntax error"],
    ["AUTH2 without a password", ["a", "0", "1000", "AUTH2", "user"], "-ERR syntax error"],
    ["the database is no number", ["a", "zero", "1000"], "-ERR value is not an integer or out of range"],
  ])("%s", (_, words, answer) => {
    const { migrate, target, source } = setUp();
    if (typeof answer === "string") expect(migrate(...words)).toBe(answer);
    else expect(migrate(...words)).toMatch(answer);
    expect([target.heard, source.isHeld, keysLeft(source)]).toEqual([[], false, "abc"]);
  });

  test("COPY leaves the key, and AUTH2 signs in each time", () => {
    const { migrate, target, source } = setUp();
    expect(migrate("a", "0", "1000", "COPY", "AUTH2", "someone", "secret")).toBe("+OK");
    expect(migrate("b", "0", "1000", "COPY", "AUTH", "secret")).toBe("+OK");
    expect(keysLeft(source)).toBe("abc");
    expect(target.heard.map(([name, ...words]) => [name, ...words.slice(0, name === "RESTORE" ? 1 : 2)])).toEqual([
      ["AUTH", "someone", "secret"],
      ["SELECT", "0"],
      ["RESTORE", "a"],
      ["AUTH", "secret"],
      ["RESTORE", "b"],
    ]);
    expect(target.connections).toBe(1);
  });

  test("what the target refuses stays, what it took is gone", () => {
    const { migrate, target, source } = setUp();
    target.answer = ([, key]) => (key === "b" ? "-BUSYKEY Target key name already exists." : "+OK");
    expect(migrate("", "0", "1000", "KEYS", "a", "b", "c")).toBe(
      "-ERR Target instance replied with error: BUSYKEY Target key name already exists.",
    );
    expect(keysLeft(source)).toBe("b");
  });

  test("a refused login moves nothing", () => {
    const { migrate, target, source } = setUp();
    target.answer = ([name]) => (name === "AUTH" ? "-WRONGPASS no" : "+OK");
    expect(migrate("a", "0", "1000", "AUTH", "x")).toBe("-ERR Target instance replied with error: WRONGPASS no");
    expect(keysLeft(source)).toBe("abc");
  });

  test("a target that is not there", () => {
    const { network, migrate, target, source } = setUp();
    network.leave(target);
    expect(migrate("a", "0", "1000")).toBe("-IOERR error or timeout writing to target instance");
    expect([source.isHeld, keysLeft(source)]).toEqual([false, "abc"]);
  });

  test("a target that is silent", () => {
    const { network, migrate, target, source } = setUp();
    target.answer = () => "silent";
    const startMs = network.nowMs;
    expect(migrate("a", "0", "700")).toBe("-IOERR error or timeout reading to target instance");
    expect(network.nowMs - startMs).toBeLessThan(1200);
    expect([source.isHeld, keysLeft(source)]).toEqual([false, "abc"]);
  });

  test("a target that dies in between: what it acknowledged went, all else is here", () => {
    const { migrate, target, source } = setUp();
    target.answer = ([, key]) => (key === "b" ? "die" : "+OK");
    const answer = migrate("", "0", "1000", "KEYS", "a", "b", "c");
    expect(answer).toBe("-IOERR error or timeout reading to target instance");
    const taken = restores(target).map(([, key]) => key);
    for (const key of ["a", "b", "c"]) expect(source.keyspace.first.holds(key) || taken.includes(key)).toBe(true);
    expect(keysLeft(source)).toContain("bc");
  });

  test("an old connection that broke is tried again on a new one", () => {
    const { network, migrate, target, source } = setUp();
    expect(migrate("a", "0", "1000")).toBe("+OK");
    let isFirst = true;
    target.answer = () => {
      const answer = isFirst ? "die" : "+OK";
      isFirst = false;
      return answer;
    };
    expect(migrate("b", "0", "1000")).toBe("+OK");
    expect([target.connections, keysLeft(source)]).toEqual([2, "c"]);
    network.run(12_000);
    expect(migrate("c", "0", "1000")).toBe("+OK");
    expect(target.connections).toBe(3);
  });
});
