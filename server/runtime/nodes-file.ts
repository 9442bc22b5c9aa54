import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type NodeId, type NodeRole, nodeIdSchema } from "@/lib/cluster/node";
import { files } from "./node-config";

export type Myself = {
  readonly id: NodeId;
  readonly role: NodeRole;
  /** How many other nodes it knows: none means that it is no member of anything. */
  readonly peers: number;
};

/**
 * Who the node in this folder is, as its own nodes.conf last said: known while it is silent or stopped. The role is
 * from the last time it was written, which is good enough to order a start. Undefined: no such file, or no such line.
 */
export async function readMyself(folder: string): Promise<Myself | undefined> {
  const text = await readFile(join(folder, files.nodes), "utf8").catch(() => "");
  const lines = text.split("\n").filter((each) => nodeIdSchema.safeParse(each.split(" ")[0]).success);
  const line = lines.find((each) => /\bmyself\b/.test(each.split(" ")[2] ?? ""));
  const id = nodeIdSchema.safeParse(line?.split(" ")[0]);
  if (!line || !id.success) return undefined;
  const role = /\bslave\b/.test(line.split(" ")[2] ?? "") ? "replica" : "primary";
  return { id: id.data, role, peers: lines.length - 1 };
}
