import type { Command } from "../../command";

const named = { arity: 1, group: "cluster", since: "3.0.0", flags: ["fast"] } as const;
const always = ["loading", "stale", "fast"] as const;

/** What a client says of itself to a node of a cluster. */
export const clientCommands: readonly Command[] = [
  {
    ...named,
    name: "asking",
    summary: "Sent by cluster clients after an -ASK redirect",
    run: ({ client, reply }) => {
      client.asking = true;
      reply.ok();
    },
  },
  {
    ...named,
    name: "readonly",
    flags: always,
    summary: "Enables read queries for a connection to a cluster replica node",
    run: ({ client, reply }) => {
      client.readonly = true;
      reply.ok();
    },
  },
  {
    ...named,
    name: "readwrite",
    flags: always,
    summary: "Disables read queries for a connection to a cluster replica node",
    run: ({ client, reply }) => {
      client.readonly = false;
      reply.ok();
    },
  },
];
