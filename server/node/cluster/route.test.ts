import { describe, expect, test } from "vitest";
import type { Client } from "../client";
import type { Command, CommandFlag } from "../command";
import { slotOf } from "../keyspace/database";
import { loneNode } from "../simulation/lone";
import { RecordedReply } from "../simulation/recorded-reply";
import { simulatedClient } from "../simulation/simulated-client";

const A = "a".repeat(40);
const B = "b".repeat(40);
const R = "c".repeat(40);

/** This node has the first half, B the second but the last slot, which nobody has. */
const conf = (mine: string, theirs = "8192-16382") =>
  `${A} 10.0.0.1:7000@17000 myself,master - 0 0 1 connected ${mine}
${B} 10.0.0.2:7001@17001,host-b master - 0 0 2 connected ${theirs}
vars currentEpoch 2 lastVoteEpoch 0
`;

type Asked = {
  readonly keys: readonly string[];
  readonly name?: string;
  readonly flags?: readonly CommandFlag[];
  readonly asking?: boolean;
  readonly readonly?: boolean;
};

/** A node that has been told that all is well, where it is not too little covered. */
function node(text: string, settings: Readonly<Record<string, string>> = {}) {
  const { node: one, timeline } = loneNode({ "cluster-require-full-coverage": "no", ...settings });
  one.disk.write("nodes.conf", Buffer.from(text));
  one.start();
  // The other node is not there, but not missed before the timeout.
  timeline.run(4000);
  const route = ({ keys, name = "get", flags = ["readonly"], asking = false, readonly = false }: Asked) => {
    const client: Client = { ...simulatedClient(new RecordedReply()), asking, readonly };
    const command: Command = { name, arity: -1, flags, summary: "", group: "", since: "", run: () => {} };
    return one.cluster.route({ client, command, keys, isWrite: flags.includes("write") });
  };
  const hold = (key: string) =>
    one.parts.keyspace.first.set(key, { type: "string", bytes: Buffer.from("value") }, undefined);
  return { one, route, hold };
}

/** Names of keys whose slots lie so. */
const keyIn = (first: number, last: number, salt = "") => {
  for (let at = 0; ; at++) {
    const key = `${salt}key:${at}`;
    const slot = slotOf(key);
    if (slot >= first && slot <= last) return key;
  }
};
const mine = keyIn(0, 8191);
const other = keyIn(0, 8191, "other");
const theirs = keyIn(8192, 16382);
const nobodys = keyIn(16383, 16383);
const slot = slotOf(mine);

describe("where a command belongs", () => {
  test("here, there, nowhere, in two places", () => {
    const { route } = node(conf("0-8191"));
    expect(route({ keys: [mine] })).toBeUndefined();
    expect(route({ keys: [theirs] })).toBe(`MOVED ${slotOf(theirs)} 10.0.0.2:7001`);
    expect(route({ keys: [nobodys] })).toBe("CLUSTERDOWN Hash slot not served");
    expect(route({ keys: [mine, other] })).toBe("CROSSSLOT Keys in request don't hash to the same slot");
    expect(route({ keys: [mine, mine] })).toBeUndefined();
  });

  test.each([
    ["hostname", "host-b"],
    ["unknown-endpoint", ""],
  ])("a redirect names the %s where that is preferred", (kind, host) => {
    const { route } = node(conf("0-8191"), { "cluster-preferred-endpoint-type": kind });
    expect(route({ keys: [theirs] })).toBe(`MOVED ${slotOf(theirs)} ${host}:7001`);
  });

  test("a slot that goes: what is here is served, what is not is asked for there, both is neither", () => {
    const { route, hold } = node(conf(`0-8191 [${slot}->-${B}]`));
    const [held, gone] = [mine, `{${mine}}gone`];
    hold(held);
    expect(route({ keys: [held] })).toBeUndefined();
    expect(route({ keys: [gone] })).toBe(`ASK ${slot} 10.0.0.2:7001`);
    expect(route({ keys: [held, gone] })).toBe("TRYAGAIN Multiple keys request during rehashing of slot");
    expect(route({ keys: [gone], name: "migrate", flags: ["write"] })).toBeUndefined();
    expect(route({ keys: [gone], name: "spublish", flags: ["pubsub"] })).toBeUndefined();
  });

  test("a slot that comes is served to who asks so", () => {
    const at = slotOf(theirs);
    const { route, hold } = node(conf(`0-8191 [${at}-<-${B}]`));
    const [held, missing] = [theirs, `{${theirs}}missing`];
    hold(held);
    expect(route({ keys: [held] })).toBe(`MOVED ${at} 10.0.0.2:7001`);
    expect(route({ keys: [missing], asking: true })).toBeUndefined();
    expect(route({ keys: [held, missing], asking: true })).toBe(
      "TRYAGAIN Multiple keys request during rehashing of slot",
    );
    expect(route({ keys: [missing], flags: ["write", "asking"], name: "restore-asking" })).toBeUndefined();
    expect(route({ keys: [missing], name: "migrate", flags: ["write"] })).toBeUndefined();
  });

  test("a cluster that is down answers what it is told to answer", () => {
    const whole = node(conf("0-8191"), { "cluster-require-full-coverage": "yes" });
    expect(whole.route({ keys: [mine] })).toBe("CLUSTERDOWN The cluster is down");
    expect(whole.route({ keys: [mine], name: "ssubscribe", flags: ["pubsub"] })).toBeUndefined();
    whole.one.parts.settings.set("cluster-allow-reads-when-down", "yes");
    expect(whole.route({ keys: [mine] })).toBeUndefined();
    expect(whole.route({ keys: [theirs] })).toBe(`MOVED ${slotOf(theirs)} 10.0.0.2:7001`);
    expect(whole.route({ keys: [mine], flags: ["write"] })).toBe(
      "CLUSTERDOWN The cluster is down and only accepts read commands",
    );
  });

  test("a replica serves reads of its primary's slots to who says READONLY", () => {
    const text = `${R} 10.0.0.1:7000@17000 myself,slave ${B} 0 0 2 connected\n${B} 10.0.0.2:7001@17001 master - 0 0 2 connected 0-16383\nvars currentEpoch 2 lastVoteEpoch 0\n`;
    const { route } = node(text);
    const moved = `MOVED ${slot} 10.0.0.2:7001`;
    expect(route({ keys: [mine] })).toBe(moved);
    expect(route({ keys: [mine], readonly: true })).toBeUndefined();
    expect(route({ keys: [mine], readonly: true, flags: ["write"] })).toBe(moved);
    expect(route({ keys: [mine], name: "ssubscribe", flags: ["pubsub"] })).toBeUndefined();
  });
});
