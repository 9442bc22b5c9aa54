import { expect, test } from "vitest";
import { SoloNode } from "../testing/solo-node";
import type { ConnectionId } from "../world";

/** EXEC with a MIGRATE in it stands still until the target answers. */
function halfway() {
  const dialled: ConnectionId[] = [];
  const node = new SoloNode({
    settings: { save: "", appendonly: "yes" },
    dialled: (connection) => dialled.push(connection),
  });
  node.core.load();
  const [client, other] = [node.client(), node.client()];
  for (const command of ["SET a 1", "MULTI", "SET b 1", "MIGRATE 127.0.0.1 7000 a 0 1000", "SET c 1"])
    client.ask(...command.split(" "));
  expect(client.ask("EXEC")).toBe("*3\r\n+OK\r\n");
  const [target] = dialled as [ConnectionId];
  const answer = (line: string) => {
    node.core.received(target, Buffer.from(line));
    node.core.settle();
  };
  const kept = () =>
    Buffer.concat(node.disk.list().map((name) => node.disk.read(name) ?? Buffer.alloc(0)))
      .toString("latin1")
      .replaceAll(/\*\d+\r\n|\$\d+\r\n/g, "")
      .replaceAll("\r\n", " ");
  node.core.connected(target, { host: "127.0.0.1", port: 1 });
  node.core.settle();
  return { node, client, other, answer, kept };
}

test("others wait meanwhile, and what it did is told as one", () => {
  const { client, other, answer, kept } = halfway();
  expect(other.ask("GET", "b")).toBe("");
  expect(kept()).not.toContain("SET b");
  answer("+OK\r\n+OK\r\n");
  expect([client.taken(), other.taken()]).toEqual(["+OK\r\n+OK\r\n", "$1\r\n1\r\n"]);
  expect(kept()).toContain("MULTI SET b 1 DEL a SET c 1 EXEC");
  expect(client.ask("EXISTS", "a")).toBe(":0\r\n");
});

test("a client that leaves meanwhile has its transaction done all the same, and nothing behind it", () => {
  const { node, client, other, answer, kept } = halfway();
  client.ask("SET", "behind", "1");
  client.leave();
  answer("+OK\r\n+OK\r\n");
  expect(kept()).toContain("MULTI SET b 1 DEL a SET c 1 EXEC");
  expect([other.ask("EXISTS", "a", "b", "c", "behind"), node.core.sessions.size]).toEqual([":2\r\n", 1]);
});
