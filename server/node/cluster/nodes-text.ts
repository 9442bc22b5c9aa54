import { type ClusterNode, isReplica } from "./cluster-node";
import { flagsText, HANDSHAKE, MYSELF } from "./flags";
import type { ClusterState } from "./state";

/** A node's line, as CLUSTER NODES, CLUSTER REPLICAS and nodes.conf have it. */
export function nodeLine(state: ClusterState, node: ClusterNode): string {
  const hostname = node.hostname ? `,${node.hostname}` : "";
  const isConnected = node.link !== undefined || (node.flags & MYSELF) !== 0;
  const fields: (string | number)[] = [
    node.id,
    `${node.ip}:${node.port}@${node.busPort}${hostname}`,
    flagsText(node.flags),
    node.primary?.id ?? "-",
    state.unixMs(node.pingSentMs),
    state.unixMs(node.pongMs),
    isReplica(node) && node.primary ? node.primary.configEpoch : node.configEpoch,
    isConnected ? "connected" : "disconnected",
  ];
  for (const [first, last] of node.slots.ranges()) fields.push(first === last ? first : `${first}-${last}`);
  if ((node.flags & MYSELF) !== 0) fields.push(...openSlots(state));
  return fields.join(" ");
}

function openSlots(state: ClusterState): readonly string[] {
  const open = new Map<number, string>();
  for (const [slot, node] of state.importingFrom) open.set(slot, `[${slot}-<-${node.id}]`);
  for (const [slot, node] of state.migratingTo) open.set(slot, `[${slot}->-${node.id}]`);
  return [...open].sort(([a], [b]) => a - b).map(([, text]) => text);
}

/** CLUSTER NODES; nodes whose ID is not known yet are not kept in the file. */
export function nodesText(state: ClusterState, { file }: { readonly file: boolean }): string {
  let text = "";
  for (const node of state.nodes.values())
    if (!file || (node.flags & HANDSHAKE) === 0) text += `${nodeLine(state, node)}\n`;
  return text;
}

export const nodesConf = (state: ClusterState): string =>
  `${nodesText(state, { file: true })}vars currentEpoch ${state.currentEpoch} lastVoteEpoch ${state.lastVoteEpoch}\n`;
