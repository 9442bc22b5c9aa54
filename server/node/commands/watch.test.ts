import { describe, expect, test } from "vitest";
import { SoloNode } from "../testing/solo-node";

/** What redis-server 7.0.15 answered, step by step: a key's time is a change when it comes after WATCH, and none when it came before. */
const DONE = "*1\r\n+PONG\r\n";
const ABORTED = "*-1\r\n";

type Step = string | number;
const cases: readonly (readonly [what: string, steps: readonly Step[], outcome: string])[] = [
  ["a key that came to its time, asked for by nobody", ["SET k 1 PX 300", "WATCH k", 1000], ABORTED],
  ["a key that came to its time and was asked for", ["SET k 1 PX 300", "WATCH k", 1000, "other GET k"], ABORTED],
  ["a key past its time before WATCH", ["SET k 1 PX 100", 1000, "WATCH k"], DONE],
  ["a key past its time before WATCH, deleted after it", ["SET k 1 PX 100", 1000, "WATCH k", "other GET k"], DONE],
  ["a key past its time before WATCH, set after it", ["SET k 1 PX 100", 1000, "WATCH k", "other SET k 2"], ABORTED],
  [
    "a key past its time before WATCH, deleted, then set",
    ["SET k 1 PX 100", 1000, "WATCH k", "other GET k", "other SET k 2"],
    ABORTED,
  ],
  ["a key that is not there and is deleted", ["WATCH k", "other DEL k"], DONE],
  ["a key that is not there, and all go", ["WATCH k", "other SET z 1", "other FLUSHALL"], DONE],
  ["a key that is there, and all go", ["SET k 1", "WATCH k", "other FLUSHALL"], ABORTED],
  ["a key past its time, and all go", ["SET k 1 PX 100", 1000, "WATCH k", "other FLUSHALL"], DONE],
  ["a key that was written", ["SET k 1", "WATCH k", "other SET k 1"], ABORTED],
  ["a key that was written and unwatched", ["SET k 1", "WATCH k", "other SET k 1", "UNWATCH"], DONE],
];

describe("WATCH", () => {
  test.each(cases)("%s", (_, steps, outcome) => {
    const node = new SoloNode({ settings: { save: "" } });
    const [client, other] = [node.client(), node.client()];
    node.core.setActiveExpiry(false);
    for (const step of steps) {
      if (typeof step === "number") node.run(step);
      else if (step.startsWith("other ")) other.ask(...step.split(" ").slice(1));
      else client.ask(...step.split(" "));
    }
    client.ask("MULTI");
    client.ask("PING");
    expect(client.ask("EXEC")).toBe(outcome);
  });

  test("a key past its time before WATCH that active expiry deletes", () => {
    const node = new SoloNode({ settings: { save: "" } });
    const client = node.client();
    node.core.setActiveExpiry(false);
    client.ask("SET", "k", "1", "PX", "100");
    node.run(500);
    client.ask("WATCH", "k");
    node.core.setActiveExpiry(true);
    node.run(1000);
    expect(node.core.keyspace.first.holds("k")).toBe(false);
    client.ask("MULTI");
    client.ask("PING");
    expect(client.ask("EXEC")).toBe(DONE);
  });
});
