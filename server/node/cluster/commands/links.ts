import type { Call, Command } from "../../command";
import type { BusLink } from "../bus-link";
import type { ClusterCore } from "../core";
import { READING, subcommand } from "./subcommand";

const named = {
  name: "links",
  arity: 2,
  since: "7.0.0",
  summary: "Returns a list of all TCP links to and from peer nodes in cluster",
} as const;

/** CLUSTER LINKS: both ways to each node. */
export const linksCommand = (core: ClusterCore): Command =>
  subcommand(READING, named, (call) => {
    const links = [...core.state.nodes.values()].flatMap(({ id, link, inbound }) =>
      [link, inbound].filter((one) => one !== undefined).map((one) => ({ id, link: one })),
    );
    call.reply.array(links.length);
    for (const { id, link } of links) describe(core, call, { id, link });
  });

function describe(
  { state, parts }: ClusterCore,
  { reply }: Call,
  { id, link }: { readonly id: string; readonly link: BusLink },
): void {
  const unsent = parts.world.unsent(link.connection);
  reply.map(6);
  reply.bulk("direction");
  reply.bulk(link.isInbound ? "from" : "to");
  reply.bulk("node");
  reply.bulk(id);
  reply.bulk("create-time");
  reply.integer(state.unixMs(link.createdMs));
  reply.bulk("events");
  reply.bulk(`${link.isOpen ? "r" : ""}${unsent > 0 || !link.isOpen ? "w" : ""}`);
  reply.bulk("send-buffer-allocated");
  reply.integer(unsent);
  reply.bulk("send-buffer-used");
  reply.integer(unsent);
}
