import type { SlotRange } from "@/lib/cluster/slots";
import type { Command } from "../../command";
import type { Reply } from "../../reply";
import { type ClusterNode, hasFailed, isPrimary, isReplica } from "../cluster-node";
import type { ClusterCore } from "../core";
import { endpointOf } from "../route";
import { READING, subcommand } from "./subcommand";

/** CLUSTER SLOTS and CLUSTER SHARDS: where clients find what. */
export function shardCommands(core: ClusterCore): readonly Command[] {
  const slots = { name: "slots", arity: 2, since: "3.0.0", summary: "Get array of Cluster slot to node mappings" };
  const shards = { name: "shards", arity: 2, since: "7.0.0", summary: "Get array of cluster slots to node mappings" };
  return [
    subcommand(READING, slots, (call) => writeSlots(core, call.reply)),
    subcommand(READING, shards, (call) => writeShards(core, call.reply)),
  ];
}

function writeSlots(core: ClusterCore, reply: Reply): void {
  const ranges: { readonly range: SlotRange; readonly owner: ClusterNode }[] = [];
  for (const node of core.state.nodes.values())
    for (const range of node.slots.ranges()) ranges.push({ range, owner: node });
  ranges.sort((a, b) => a.range[0] - b.range[0]);
  reply.array(ranges.length);
  for (const { range, owner } of ranges) {
    const replicas = owner.replicas.filter((replica) => !hasFailed(replica) && offsetOf(core, replica) !== 0);
    reply.array(3 + replicas.length);
    reply.integer(range[0]);
    reply.integer(range[1]);
    for (const node of [owner, ...replicas]) writeEndpoint(core, reply, node);
  }
}

function writeEndpoint(core: ClusterCore, reply: Reply, node: ClusterNode): void {
  const kind = core.settings.endpointKind;
  reply.array(4);
  if (kind === "unknown-endpoint") reply.nothing();
  else reply.bulk(endpointOf(core, node));
  reply.integer(node.port);
  reply.bulk(node.id);
  const more: [string, string][] = [];
  if (kind !== "ip") more.push(["ip", node.ip]);
  if (kind !== "hostname" && node.hostname) more.push(["hostname", node.hostname]);
  reply.map(more.length);
  for (const pair of more) for (const text of pair) reply.bulk(text);
}

function writeShards(core: ClusterCore, reply: Reply): void {
  const primaries = [...core.state.nodes.values()].filter(isPrimary);
  reply.array(primaries.length);
  for (const primary of primaries) {
    const bounds = primary.slots.ranges().flat();
    reply.map(2);
    reply.bulk("slots");
    reply.array(bounds.length);
    for (const bound of bounds) reply.integer(bound);
    reply.bulk("nodes");
    const nodes = core.state.shardOf(primary);
    reply.array(nodes.length);
    for (const node of nodes) writeNode(core, reply, node);
  }
}

function writeNode(core: ClusterCore, reply: Reply, node: ClusterNode): void {
  const offset = offsetOf(core, node);
  const isLoading = isReplica(node) && offset === 0;
  const fields: [string, string | number][] = [["id", node.id]];
  if (node.port !== 0) fields.push(["port", node.port]);
  fields.push(["ip", node.ip], ["endpoint", endpointOf(core, node)]);
  if (node.hostname) fields.push(["hostname", node.hostname]);
  fields.push(
    ["role", isReplica(node) ? "replica" : "master"],
    ["replication-offset", offset],
    ["health", hasFailed(node) ? "fail" : isLoading ? "loading" : "online"],
  );
  reply.map(fields.length);
  for (const [name, value] of fields) {
    reply.bulk(name);
    if (typeof value === "number") reply.integer(value);
    else reply.bulk(value);
  }
}

const offsetOf = ({ state, parts }: ClusterCore, node: ClusterNode): number =>
  node === state.myself ? parts.replication.offset : node.offset;
