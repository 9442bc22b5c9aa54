import { Cluster } from "../cluster/cluster";
import type { NodeOptions } from "../core";
import { storedCodec } from "../keyspace/stored-codec";
import { NodeMigration } from "../migrate/node-migration";
import { NodePersistence } from "../persistence/node-persistence";
import { NodeReplication } from "../replication/node-replication";

/** What the program's node is made of. */
export const parts: Pick<NodeOptions, "replication" | "persistence" | "migration" | "cluster"> = {
  replication: (node) => new NodeReplication(node, storedCodec(node.settings)),
  persistence: (node) => new NodePersistence(node, storedCodec(node.settings)),
  migration: (node) => new NodeMigration(node, storedCodec(node.settings)),
  cluster: (node) => new Cluster(node),
};
