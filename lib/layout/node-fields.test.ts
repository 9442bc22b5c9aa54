import { describe, expect, it } from "vitest";
import { readInfoLines, splitNodesLine } from "./node-fields";

describe("a node's own words", () => {
  it("are read line by line, messages by kind and direction", () => {
    const lines = readInfoLines("cluster_state:ok\r\ncluster_stats_messages_auth-req_sent:3\r\n\r\n");
    expect(lines).toEqual([
      { name: "cluster_state", value: "ok" },
      {
        name: "cluster_stats_messages_auth-req_sent",
        value: "3",
        message: { kind: "auth-req", direction: "sent" },
      },
    ]);
  });

  it("keep open slots with the slots", () => {
    const id = "a".repeat(40);
    const fields = splitNodesLine(`${id} 10.0.0.1:7000@17000,h1 myself,master - 0 0 7 connected 0-99 200 [93->-${id}]`);
    expect(fields.map(({ text }) => text)).toEqual([
      id,
      "10.0.0.1:7000@17000,h1",
      "myself,master",
      "-",
      "0",
      "0",
      "7",
      "connected",
      `0-99 200 [93->-${id}]`,
    ]);
    expect(splitNodesLine(`${id} :0@0 slave ${id} 0 0 7 disconnected`).at(-1)?.text).toBe("—");
  });
});
