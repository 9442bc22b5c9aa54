import { z } from "zod";
import { type ClusterId, type Endpoint, type NodeId, nodeIdSchema } from "@/lib/cluster/node";
import type { Store } from "./sqlite";

const rowSchema = z.object({ node_id: nodeIdSchema, host: z.string(), port: z.int() });

/** Where each member was last announced: the way in after a restart when the addresses that a person gave are dead. */
export type KnownNode = { readonly id: NodeId; readonly endpoint: Endpoint };

export function readKnownNodes(store: Store, clusterId: ClusterId): readonly KnownNode[] {
  return store
    .all("SELECT node_id, host, port FROM known_nodes WHERE cluster_id = ? ORDER BY host, port", clusterId)
    .map((row) => rowSchema.parse(row))
    .map(({ node_id: id, host, port }) => ({ id, endpoint: { host, port } }));
}

export function writeKnownNodes(store: Store, clusterId: ClusterId, nodes: readonly KnownNode[]): void {
  store.transaction(() => {
    store.run("DELETE FROM known_nodes WHERE cluster_id = ?", clusterId);
    for (const { id, endpoint } of nodes)
      store.run(
        "INSERT INTO known_nodes (cluster_id, node_id, host, port) VALUES (?, ?, ?, ?)",
        clusterId,
        id,
        endpoint.host,
        endpoint.port,
      );
  });
}
