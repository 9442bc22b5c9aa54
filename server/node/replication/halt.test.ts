import { expect, test } from "vitest";
import { Network } from "./testing/network";
import { SimNode } from "./testing/sim-node";

/** A primary that tells what its replica cannot do: the replica stops at that place and says so; a whole copy brings it on. */
function followed() {
  const network = new Network(Number(process.env.SEED ?? 20261126));
  const [primary, replica] = [new SimNode(network, 7000), new SimNode(network, 7001)];
  primary.set("kept", "1");
  replica.replication.follow(primary.address);
  const { replication } = replica;
  const isUp = () => replication.link === "connected";
  const hasAll = () => isUp() && replica.contents() === primary.contents();
  expect(network.runUntil(isUp)).toBe(true);
  network.run(1000);
  return { network, primary, replica, replication, hasAll };
}

test("a command that is not known stops it at the place before, and the next copy has all", () => {
  const { network, primary, replica, replication, hasAll } = followed();
  primary.set("first", "1");
  network.run(300);
  const before = replication.offset;
  primary.replication.tell(0, ["XADD", "stream", "*", "a", "1"]);
  primary.set("later", "1");
  network.run(300);
  expect([replication.link, replication.offset]).toEqual(["connect", before]);
  expect(replication.halted).toContain('it told "XADD" "stream", which cannot be done here: ERR unknown command');
  expect(replication.info()).toContain("master_link_status:down");
  expect(replica.contents()).not.toContain("later");
  expect(network.logs.join("\n")).toContain(
    "Its data would not be that of its primary: it asks for a whole copy in 1 s",
  );
  expect(network.runUntil(hasAll, 10_000)).toBe(true);
  expect([replication.halted, primary.replication.counts.full]).toEqual([undefined, 2]);
  expect(primary.replication.counts.refusedPartial).toBe(1);
});

test("the longer it cannot follow, the less it asks for copies", () => {
  const { network, primary, replication } = followed();
  const copies: number[] = [];
  for (let minute = 0; minute < 60; minute++) {
    for (let second = 0; second < 60; second++) {
      primary.replication.tell(0, ["XADD", "stream", "*", "a", "1"]);
      network.run(1000);
    }
    copies.push(primary.replication.counts.full);
  }
  expect(replication.halted).toContain("XADD");
  expect(copies[59]).toBeLessThan(20);
  expect((copies[59] ?? 0) - (copies[39] ?? 0)).toBeGreaterThanOrEqual(1);
});

test("of a transaction with such a command nothing is done", () => {
  const { network, primary, replica, replication, hasAll } = followed();
  primary.replication.tell(0, ["MULTI"]);
  primary.set("inside", "1");
  primary.replication.tell(0, ["XADD", "stream", "*", "a", "1"]);
  primary.replication.tell(0, ["EXEC"]);
  network.run(300);
  expect(replica.contents()).not.toContain("inside");
  expect(replication.halted).toContain("XADD");
  expect(network.runUntil(hasAll, 10_000)).toBe(true);
});

test("a command that fails here alone shows that the data differs: a whole copy makes it one again", () => {
  const { network, primary, replication, hasAll } = followed();
  primary.replication.tell(0, ["SET", "refused"]);
  network.run(300);
  expect(replication.halted).toContain('it told "SET" "refused"');
  expect(network.runUntil(hasAll, 10_000)).toBe(true);
});

test("functions and scripts are code and no data: they are passed over, and the log says so", () => {
  const { network, primary, replication, hasAll } = followed();
  primary.replication.tell(0, ["FUNCTION", "LOAD", "#!lua name=a"]);
  primary.set("later", "1");
  network.run(300);
  expect([replication.halted, hasAll()]).toEqual([undefined, true]);
  expect(network.logs.join("\n")).toContain("The primary told FUNCTION, which is code and no data");
});
