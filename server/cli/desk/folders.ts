import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { z } from "zod";
import { type Endpoint, endpointSchema, formatEndpoint, type NodeId, nodeIdSchema } from "@/lib/cluster/node";
import type { Of } from "@/lib/of";

/**
 * Where the command line keeps its journal: one folder a cluster, each locked and leased like a console's data folder.
 * So two calls on two clusters never wait for each other, two on one cluster exclude each other, and toward the nodes
 * each folder is a console of its own (I18), which a real console, or another machine, sees and steps back from.
 *
 * A cluster is its members, not its name: the folder is the one whose members, as last seen, have most in common with
 * those seen now. A new one is called after the lowest node id. No address map, label or secret is kept here.
 */
const fileSchema = z.object({
  name: z.string(),
  nodes: z.array(z.object({ id: nodeIdSchema, endpoint: endpointSchema })),
});
type Known = Of<typeof fileSchema>;
export type Members = Known["nodes"];
export type ClusterFolder = Known & { readonly path: string };

export function dataFolder(env: Readonly<Record<string, string | undefined>> = process.env): string {
  if (env.SHARDBOARD_DATA) return resolve(env.SHARDBOARD_DATA);
  return join(env.XDG_STATE_HOME || join(homedir(), ".local", "state"), "shardboard");
}

export function listFolders(data = dataFolder()): readonly ClusterFolder[] {
  const root = join(data, "clusters");
  return namesIn(root).flatMap((name) => {
    const known = read(join(root, name, "cluster.json"));
    return known ? [{ ...known, path: join(root, name) }] : [];
  });
}

/** For members seen now. */
export function folderOf(members: Members, data = dataFolder()): ClusterFolder {
  const ids = new Set(members.map((node) => node.id));
  const shared = (folder: ClusterFolder) => folder.nodes.filter((node) => ids.has(node.id)).length;
  const [best] = [...listFolders(data)].sort((a, b) => shared(b) - shared(a));
  return best && shared(best) > 0 ? { ...best, nodes: members } : newFolder(members, data);
}

/** For a cluster that is to be made of these: what they were members of before does not count. */
export function newFolder(members: Members, data = dataFolder()): ClusterFolder {
  const lowest = members.map((node) => node.id).sort()[0] ?? "";
  const name = `cluster-${lowest.slice(0, 8)}`;
  return { name, nodes: members, path: join(data, "clusters", name) };
}

/** For an address whose node may not answer now. */
export function folderAt(endpoint: Endpoint, data = dataFolder()): ClusterFolder | undefined {
  const address = formatEndpoint(endpoint);
  return listFolders(data).find((folder) => folder.nodes.some((node) => formatEndpoint(node.endpoint) === address));
}

export function keepMembers({ path, name }: ClusterFolder, nodes: readonly { id: NodeId; endpoint: Endpoint }[]): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const draft = join(path, `cluster.json.${process.pid}`);
  const known: Known = { name, nodes: nodes.map(({ id, endpoint }) => ({ id, endpoint })) };
  writeFileSync(draft, `${JSON.stringify(known)}\n`, { mode: 0o600 });
  renameSync(draft, join(path, "cluster.json"));
}

function namesIn(root: string): readonly string[] {
  try {
    return readdirSync(root).sort();
  } catch {
    return [];
  }
}

function read(path: string): Known | undefined {
  try {
    return fileSchema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return undefined;
  }
}
