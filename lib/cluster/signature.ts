import { rangesKey } from "./owners";
import type { Topology } from "./topology";

/**
 * What a plan is made for: node ids, roles, parents, owners and the primaries' epochs. Addresses and ports stay out
 * (they differ with the connection), and so do health, labels and readings.
 */
export function signatureOf({ nodes, shards }: Pick<Topology, "nodes" | "shards">): string {
  const owned = new Map(shards.map((shard) => [shard.primaryId, shard.ranges]));
  const lines = nodes
    .filter((node) => !node.handshake)
    .map((node) =>
      node.role === "replica"
        ? `${node.id} replica ${node.primaryId ?? "-"}`
        : `${node.id} primary ${node.configEpoch} ${rangesKey(node.ranges)} ${rangesKey(owned.get(node.id) ?? [])}`,
    )
    .sort();
  return hash64(lines.join("\n"));
}

/** 64 bits as 16 hex characters: two FNV-1a style lanes with different primes. Finds changes; keeps no secret. */
export function hash64(text: string): string {
  let a = 0x811c9dc5;
  let b = 0x9e3779b9;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x85ebca6b);
    b ^= b >>> 13;
  }
  a ^= b >>> 16;
  return hex(a) + hex(b);
}

const hex = (value: number) => (value >>> 0).toString(16).padStart(8, "0");
