import { expect, test } from "vitest";
import { SoloNode } from "../testing/solo-node";

/** What exporters and redis-cli --stat read of INFO is counted, not written down. */
test("INFO counts errors, resyncs, bytes of replicas and what waits in memory", () => {
  const node = new SoloNode({ settings: { save: "", "repl-diskless-sync-delay": "0" } });
  const client = node.client();
  const read = (name: string) =>
    Number(new RegExp(`^${name}:(.*)\r$`, "m").exec(client.ask("INFO", "everything"))?.[1]);
  client.ask("NOSUCH");
  client.ask("LPUSH", "list", "a");
  client.ask("GET", "list");
  expect(read("total_error_replies")).toBe(2);
  expect(read("sync_full")).toBe(0);
  const [replica, stranger] = [node.client(), node.client()];
  for (const one of [replica, stranger]) one.ask("REPLCONF", "capa", "eof", "capa", "psync2");
  replica.ask("PSYNC", "?", "-1");
  stranger.ask("PSYNC", "f".repeat(40), "5");
  node.run(300);
  expect([read("sync_full"), read("sync_partial_ok"), read("sync_partial_err")]).toEqual([2, 0, 1]);
  const before = read("total_net_repl_output_bytes");
  expect(before).toBeGreaterThan(200);
  replica.ask("REPLCONF", "ACK", "0");
  client.ask("SET", "a", "x".repeat(1000));
  expect(read("total_net_repl_output_bytes")).toBeGreaterThan(before + 1000);
  expect(read("mem_replication_backlog")).toBeGreaterThan(1000);
  expect(read("mem_clients_normal")).toBe(0);
  node.client().ask("SET", "big", "y".repeat(20));
  const half = node.client();
  half.push(`*3\r\n$3\r\nSET\r\n$1\r\nh\r\n$5000\r\n${"z".repeat(3000)}`);
  expect(read("mem_clients_normal")).toBeGreaterThan(2900);
  client.ask("CONFIG", "RESETSTAT");
  expect([read("sync_full"), read("total_error_replies"), read("total_net_repl_output_bytes")]).toEqual([0, 0, 0]);
});
