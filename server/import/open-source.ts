import { type Endpoint, formatEndpoint } from "@/lib/cluster/node";
import { parseInfo } from "@/lib/cluster/parse";
import { readStats } from "@/lib/cluster/stats";
import { isOpsError } from "@/lib/errors";
import { type ImportSource, sourceName } from "@/lib/import-source";
import type { Whom } from "@/server/clusters/source-accesses";
import { type Dial, Link } from "@/server/link";
import { rdbVersionOf } from "@/server/rdb/versions";
import { refuse } from "@/server/refuse";

export type DialSource = (endpoint: Endpoint, whom: Whom) => Dial;

/** What a source says of itself. */
export type SourceSeen = {
  readonly name: string;
  readonly endpoint: Endpoint;
  readonly engine: string;
  readonly version: string;
  /** Undefined: nobody knows what it writes. */
  readonly rdbVersion: number | undefined;
  readonly role: "primary" | "replica";
  readonly clusterEnabled: boolean;
  readonly runId: string;
  readonly databases: readonly { readonly db: number; readonly keys: number }[];
  /** Another value: somebody has written meanwhile. */
  readonly written: string;
};

export type OpenSource = { readonly link: Link; readonly seen: SourceSeen };

/** Values of any size may come in one reply. */
const MAX_REPLY_BYTES = 600 * 1024 * 1024;
const SENTINEL_MS = 2000;

/** One connection; where Sentinels know it, to whom they call primary now. Reads only. */
export async function openSource(source: ImportSource, dial: DialSource): Promise<OpenSource> {
  const endpoint = source.kind === "server" ? source.endpoint : await primaryOf(source, dial);
  const link = await Link.open({ ...dial(endpoint, "server"), maxReplyBytes: MAX_REPLY_BYTES });
  try {
    return { link, seen: seenIn(String(await link.call(["INFO"])), source, endpoint) };
  } catch (error) {
    link.close();
    throw error;
  }
}

function seenIn(text: string, source: ImportSource, endpoint: Endpoint): SourceSeen {
  const info = parseInfo(text);
  const { engine, version, runId } = readStats(info, 0);
  const address = formatEndpoint(endpoint);
  return {
    name: source.kind === "server" ? address : `${sourceName(source)} (${address})`,
    endpoint,
    engine,
    version,
    rdbVersion: rdbVersionOf(engine === "valkey" ? "valkey" : "redis", version),
    role: info.role === "master" ? "primary" : "replica",
    clusterEnabled: info.cluster_enabled === "1",
    runId,
    databases: databasesOf(info),
    written: `${info.rdb_last_save_time} ${info.rdb_changes_since_last_save}`,
  };
}

function databasesOf(info: Readonly<Record<string, string>>): SourceSeen["databases"] {
  return Object.entries(info).flatMap(([name, value]) => {
    const db = /^db(\d+)$/.exec(name)?.[1];
    const keys = Number(/keys=(\d+)/.exec(value)?.[1] ?? 0);
    return db === undefined || keys === 0 ? [] : [{ db: Number(db), keys }];
  });
}

type Watched = Extract<ImportSource, { kind: "sentinel" }>;

/** All are asked; what most of them say counts, because one that was cut off may still name the old one. */
async function primaryOf({ sentinels, name }: Watched, dial: DialSource): Promise<Endpoint> {
  const answers = await Promise.allSettled(sentinels.map((one) => askSentinel(one, name, dial)));
  const told = answers.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const votes = new Map<string, { readonly endpoint: Endpoint; votes: number }>();
  for (const endpoint of told) {
    const vote = votes.get(formatEndpoint(endpoint)) ?? { endpoint, votes: 0 };
    vote.votes++;
    votes.set(formatEndpoint(endpoint), vote);
  }
  const [most] = [...votes.values()].sort((a, b) => b.votes - a.votes);
  if (most) return most.endpoint;
  const failed = answers.flatMap((one) => (one.status === "rejected" ? [one.reason as unknown] : []));
  const refused = failed.find((error) => isOpsError(error) && error.code === "unauthenticated");
  if (refused) throw refused;
  const reason = failed.map((error) => (error instanceof Error ? error.message : String(error))).join("; ");
  throw refuse("unreachable", "importNoPrimary", { name, reason });
}

async function askSentinel(endpoint: Endpoint, name: string, dial: DialSource): Promise<Endpoint> {
  const link = await Link.open({ ...dial(endpoint, "sentinel"), timeoutMs: SENTINEL_MS });
  try {
    const reply = await link.call(["SENTINEL", "GET-MASTER-ADDR-BY-NAME", name]);
    const [host, port] = Array.isArray(reply) ? reply.map(String) : [];
    if (host && Number(port) > 0) return { host, port: Number(port) };
    throw new Error(`${formatEndpoint(endpoint)} knows no ${name}`);
  } finally {
    link.close();
  }
}
