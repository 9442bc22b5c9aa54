import type { NodeOptions } from "../core";
import { storedCodec } from "../keyspace/stored-codec";
import { NodePersistence } from "../persistence/node-persistence";

/** What the program's node is made of. */
export const parts: Pick<NodeOptions, "persistence"> = {
  persistence: (node) => new NodePersistence(node, storedCodec(node.settings)),
};
