import type { NodeId } from "@/lib/cluster/node";
import { type Link, NodeReplyError } from "@/server/link";
import { refuse } from "@/server/refuse";
import { type Lease, parseConnectionName, type WriterName } from "./lease";

/**
 * One writer toward the cluster (I18). Our own named connections are opened on every node first, so that whoever looks
 * at the same moment sees them; then CLIENT LIST is read everywhere. Another console's writer: we step back (if both
 * look at once, both do). One of ours with a lower fence belongs to a life of this console that is over, or frozen: its
 * connection is killed, so that whatever it may still have had to say dies with its socket.
 */
export type Way = {
  readonly killed: number /** Nodes where our account may not list connections. */;
  readonly unread: readonly NodeId[];
};

type Clearing = {
  readonly lease: Lease;
  readonly links: ReadonlyMap<NodeId, Link>;
  readonly nameOf: (id: NodeId) => string;
};

type Found = WriterName & { readonly nodeId: NodeId; readonly clientId: string; readonly address: string };

export async function clearWay({ lease, links, nameOf }: Clearing): Promise<Way> {
  const own = parseConnectionName(lease.name);
  const unread: NodeId[] = [];
  const found: Found[] = [];
  await Promise.all(
    [...links].map(async ([nodeId, link]) => {
      const writers = await writersOn(link);
      if (!writers) unread.push(nodeId);
      else found.push(...writers.map((writer) => ({ ...writer, nodeId })));
    }),
  );
  const other = found.find((writer) => writer.console !== own?.console);
  if (other)
    throw refuse("busy", "operationElsewhere", {
      node: nameOf(other.nodeId),
      console: other.console,
      operation: other.operation,
      address: other.address,
    });
  const old = found.filter((writer) => writer.fence < lease.fence);
  await Promise.all(old.map((writer) => kill(links.get(writer.nodeId), writer.clientId)));
  return { killed: old.length, unread };
}

async function writersOn(link: Link): Promise<readonly Omit<Found, "nodeId">[] | undefined> {
  const [settled] = await link.pipeline([["CLIENT", "LIST"]]);
  if (!settled?.ok) return undefined;
  return String(settled.value)
    .split("\n")
    .flatMap((line) => {
      const fields = new Map(line.split(" ").map((part) => [part.split("=", 1)[0], part.slice(part.indexOf("=") + 1)]));
      const writer = parseConnectionName(fields.get("name") ?? "");
      return writer ? [{ ...writer, clientId: fields.get("id") ?? "", address: fields.get("addr") ?? "" }] : [];
    });
}

async function kill(link: Link | undefined, clientId: string): Promise<void> {
  await link?.call(["CLIENT", "KILL", "ID", clientId]).catch((error: unknown) => {
    if (!(error instanceof NodeReplyError)) throw error;
  });
}
