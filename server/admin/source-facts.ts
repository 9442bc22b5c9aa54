import { keySlot } from "@/lib/cluster/key-slot";
import type { ClusterId } from "@/lib/cluster/node";
import { eachSlot } from "@/lib/cluster/slots";
import type { Topology } from "@/lib/cluster/topology";
import { isOpsError } from "@/lib/errors";
import { type ImportSource, sourceName } from "@/lib/import-source";
import type { SourceFacts } from "@/lib/plans/facts";
import { isUp, owners } from "@/lib/plans/members";
import type { WishOf } from "@/lib/plans/wish";
import { isSameDump } from "@/server/backup/same-value";
import { type OpenSource, openSource } from "@/server/import/open-source";
import type { Command, Link } from "@/server/link";
import type { FactParts } from "./facts";
import { drawKeys, printable, sampleSizes } from "./size-facts";

/** Looks at the servers that keys are to come from: who they are, what they hold, and whether names meet. Reads only. */
type Asked = { readonly topology: Topology; readonly wish: WishOf<"import"> };

export async function sourceFacts(
  parts: FactParts,
  clusterId: ClusterId,
  { topology, wish }: Asked,
): Promise<readonly SourceFacts[]> {
  const { from: sources, access, db } = wish;
  const dial: Parameters<typeof openSource>[1] = (endpoint, whom) =>
    parts.registry.sources.dial(clusterId, access, endpoint, whom);
  const opened = await Promise.all(sources.map((source) => openOrNot(source, dial)));
  const open = opened.flatMap((one) => ("link" in one ? [one] : []));
  try {
    const owner = await ownerLinks(parts, clusterId, topology);
    return await Promise.all(
      opened.map(async (one, i) => {
        const source = sources[i] as ImportSource;
        if (!("link" in one)) return { source, name: sourceName(source), ...one };
        const others = open.filter((other) => other !== one);
        return readSource(source, one, { db, others, owner });
      }),
    );
  } finally {
    for (const { link } of open) link.close();
  }
}

type NotOpen = Pick<SourceFacts, "reach" | "reason">;

async function openOrNot(source: ImportSource, dial: Parameters<typeof openSource>[1]): Promise<OpenSource | NotOpen> {
  try {
    return await openSource(source, dial);
  } catch (error) {
    if (error instanceof Error && error.name === "NodeReplyError")
      return { reach: "unreachable", reason: error.message };
    if (!isOpsError(error) || error.code === "not_found") throw error;
    const reason = String(error.details?.reason ?? error.message);
    if (error.code === "unauthenticated") return { reach: "wrong-password", reason };
    return { reach: error.sentence === "importNoPrimary" ? "no-primary" : "unreachable", reason };
  }
}

type Around = {
  readonly db: number;
  readonly others: readonly OpenSource[];
  readonly owner: (key: Buffer) => Link | undefined;
};

async function readSource(source: ImportSource, { link, seen }: OpenSource, around: Around): Promise<SourceFacts> {
  const { name, engine, version, role, clusterEnabled, runId, databases } = seen;
  const facts = { source, name, reach: "answered", engine, version, role, clusterEnabled, runId, databases } as const;
  if (clusterEnabled) return facts;
  const [selected] = await link.pipeline([["SELECT", around.db]]);
  if (!selected?.ok) return { ...facts, reach: "unreachable", reason: selected?.error.message };
  const [functions] = await link.pipeline([["FUNCTION", "LIST"]]);
  const sizes = await sampleSizes(link);
  const deniedCommands = await deniedAt(link);
  return {
    ...facts,
    ...(sizes ? { sizes } : {}),
    ...(deniedCommands ? { deniedCommands } : {}),
    ...(functions?.ok && Array.isArray(functions.value) ? { functions: functions.value.length } : {}),
    drawn: await drawn(link, around),
  };
}

const sent: readonly Command[] = [
  ["SCAN", "0"],
  ["TYPE", "k"],
  ["MEMORY", "USAGE", "k"],
  ["PTTL", "k"],
  ["DUMP", "k"],
  ["EXISTS", "k"],
  ["TIME"],
  ["ROLE"],
  ["MIGRATE", "127.0.0.1", "7000", "k", "0", "1000"],
  ["UNLINK", "k"],
  ["WATCH", "k"],
];

/** Undefined: it cannot be asked. */
async function deniedAt(link: Link): Promise<readonly string[] | undefined> {
  const [who] = await link.pipeline([["ACL", "WHOAMI"]]);
  if (!who?.ok) return undefined;
  const user = String(who.value);
  const replies = await link.pipeline(sent.map((command) => ["ACL", "DRYRUN", user, ...command]));
  if (replies.some((reply) => !reply.ok)) return undefined;
  return sent.flatMap((command, i) => {
    const reply = replies[i];
    return reply?.ok && String(reply.value) !== "OK" ? [String(command[0])] : [];
  });
}

async function drawn(link: Link, { others, owner }: Around): Promise<NonNullable<SourceFacts["drawn"]>> {
  const keys = await drawKeys(link);
  const onOthers = new Set<string>();
  for (const other of others) {
    const found = await other.link.pipeline(keys.map((key) => ["EXISTS", key]));
    for (const [i, reply] of found.entries())
      if (reply.ok && Number(reply.value) > 0) onOthers.add(printable(keys[i] as Buffer));
  }
  const differing: string[] = [];
  for (const key of keys) {
    const there = await owner(key)?.pipeline([["DUMP", key]], { buffers: true });
    const theirs = there?.[0];
    if (!theirs?.ok || !Buffer.isBuffer(theirs.value)) continue;
    const [ours] = await link.pipeline([["DUMP", key]], { buffers: true });
    if (ours?.ok && Buffer.isBuffer(ours.value) && !isSameDump(ours.value, theirs.value))
      differing.push(printable(key));
  }
  return { keys: keys.length, differing, onOthers: [...onOthers] };
}

/** Only of owners that hold keys: at the others there is nothing to meet. */
async function ownerLinks({ observer }: FactParts, clusterId: ClusterId, topology: Topology) {
  const holding = owners(topology).filter((node) => isUp(node) && (node.stats?.keys ?? 0) > 0);
  const bySlot: (Link | undefined)[] = [];
  await Promise.all(
    holding.map(async (node) => {
      const link = await observer.link(clusterId, node.id);
      for (const slot of eachSlot(node.ranges)) bySlot[slot] = link;
    }),
  );
  return (key: Buffer) => bySlot[keySlot(key)];
}
