import { z } from "zod";
import { type ClusterId, type NodeId, nodeIdSchema } from "@/lib/cluster/node";
import type { Store } from "./sqlite";

const rowSchema = z.object({ node_id: nodeIdSchema, shard: z.int() });

/** In which shard each node was last seen: what keeps a shard's colour through failovers and restarts. */
export function readShardIndex(store: Store, clusterId: ClusterId): ReadonlyMap<NodeId, number> {
  const rows = store.all("SELECT node_id, shard FROM shard_index WHERE cluster_id = ?", clusterId);
  return new Map(rows.map((row) => rowSchema.parse(row)).map((row) => [row.node_id, row.shard]));
}

export function writeShardIndex(store: Store, clusterId: ClusterId, index: ReadonlyMap<NodeId, number>): void {
  store.transaction(() => {
    store.run("DELETE FROM shard_index WHERE cluster_id = ?", clusterId);
    for (const [nodeId, shard] of index)
      store.run("INSERT INTO shard_index (cluster_id, node_id, shard) VALUES (?, ?, ?)", clusterId, nodeId, shard);
  });
}
