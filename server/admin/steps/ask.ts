import type { NodeId, View, ViewNode } from "@/lib/cluster/node";
import { parseClusterInfo, parseClusterNodes, parseInfo } from "@/lib/cluster/parse";
import { OpsError } from "@/lib/errors";
import type { Command, Link, Reply } from "@/server/link";

/** All replies, or the first refusal thrown. */
export async function askAll(link: Link, commands: readonly Command[]): Promise<readonly Reply[]> {
  const settled = await link.pipeline(commands);
  return settled.map((one) => {
    if (!one.ok) throw one.error;
    return one.value;
  });
}

/** What one node says of the cluster and of itself, now. */
export async function askView(link: Link, from: NodeId, atMs: number): Promise<View> {
  const [nodes, info] = await askAll(link, [
    ["CLUSTER", "NODES"],
    ["CLUSTER", "INFO"],
  ]);
  return { from, atMs, nodes: parseClusterNodes(String(nodes)), info: parseClusterInfo(String(info)) };
}

export function ownLine(view: View): ViewNode {
  const own = view.nodes.find((node) => node.isMyself);
  if (own) return own;
  throw new OpsError({ code: "internal", message: `${view.from} does not list itself in CLUSTER NODES` });
}

export async function askInfo(link: Link, section: string): Promise<Readonly<Record<string, string>>> {
  return parseInfo(String(await link.call(["INFO", section])));
}

/** In every database. */
export async function countKeys(link: Link): Promise<number> {
  const keyspace = await askInfo(link, "keyspace");
  return Object.entries(keyspace)
    .filter(([name]) => /^db\d+$/.test(name))
    .reduce((sum, [, value]) => sum + Number(/keys=(\d+)/.exec(value)?.[1] ?? 0), 0);
}
