import type { NodeStats } from "./node";

/** Words of INFO are shown and compared; a hostile server may say anything in their place. */
const LONGEST_WORD = 64;

/**
 * What INFO says about one node, in our words. Works for Redis 5 and up, Valkey and the embedded node: a field that a
 * version does not know is 0 or empty. `lagBytes` needs two nodes and is filled in by the merge.
 */
export function readStats(info: Readonly<Record<string, string>>, atMs: number): NodeStats {
  const count = (name: string) => finite(info[name]);
  const word = (name: string) => (info[name] ?? "").replace(/[^\w.+-]/g, "").slice(0, LONGEST_WORD);
  const isReplica = info.role === "slave" || info.role === "replica";
  return {
    atMs,
    engine: engineOf(info),
    version: word(info.valkey_version === undefined ? "redis_version" : "valkey_version"),
    runId: word("run_id"),
    uptimeSec: count("uptime_in_seconds"),
    loading: info.loading === "1",
    keys: keysOf(info),
    usedBytes: count("used_memory"),
    maxBytes: count("maxmemory"),
    maxPolicy: word("maxmemory_policy"),
    opsPerSec: count("instantaneous_ops_per_sec"),
    clients: count("connected_clients"),
    blockedClients: count("blocked_clients"),
    netInBytesPerSec: Math.round(count("instantaneous_input_kbps") * 1024),
    netOutBytesPerSec: Math.round(count("instantaneous_output_kbps") * 1024),
    evictedKeys: count("evicted_keys"),
    hits: count("keyspace_hits"),
    misses: count("keyspace_misses"),
    replId: word("master_replid"),
    replOffset: count(isReplica ? "slave_repl_offset" : "master_repl_offset"),
    ...(isReplica
      ? { replLinkUp: info.master_link_status === "up", replSyncing: info.master_sync_in_progress === "1" }
      : {}),
  };
}

function engineOf(info: Readonly<Record<string, string>>): NodeStats["engine"] {
  if (info.server_name === "shardboard-node") return "shardboard";
  return info.valkey_version !== undefined || info.server_name === "valkey" ? "valkey" : "redis";
}

function finite(text: string | undefined): number {
  const value = Number(text ?? 0);
  return Number.isFinite(value) ? value : 0;
}

/** `db0:keys=3,expires=0,avg_ttl=0`, summed over all databases. */
function keysOf(info: Readonly<Record<string, string>>): number {
  let keys = 0;
  for (const [name, value] of Object.entries(info))
    if (/^db\d+$/.test(name)) keys += finite(/keys=(\d+)/.exec(value)?.[1]);
  return keys;
}
