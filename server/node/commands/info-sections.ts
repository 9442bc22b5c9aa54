import type { Front } from "../dispatch/front";

type Lines = readonly string[];

/** Fields of redis 7.0 by name, of those that have a meaning here. */
export function serverLines({ node, host, settings, runId, startedMs }: Front): Lines {
  const now = node.world.now();
  const uptime = Math.max(0, Math.floor((now - startedMs) / 1000));
  return [
    "redis_version:7.0.15",
    "server_name:shardboard-node",
    "redis_git_sha1:00000000",
    "redis_git_dirty:0",
    "redis_build_id:0",
    `redis_mode:${node.cluster ? "cluster" : "standalone"}`,
    `os:${host.os}`,
    "arch_bits:64",
    `node_version:${host.version}`,
    "multiplexing_api:libuv",
    `process_id:${host.processId}`,
    "process_supervised:no",
    `run_id:${runId}`,
    `tcp_port:${settings.text("port")}`,
    `server_time_usec:${now * 1000}`,
    `uptime_in_seconds:${uptime}`,
    `uptime_in_days:${Math.floor(uptime / 86_400)}`,
    `hz:${settings.text("hz")}`,
    `configured_hz:${settings.text("hz")}`,
    `lru_clock:${Math.floor(now / 1000) % 2 ** 24}`,
    `executable:${host.executable}`,
    `config_file:${host.configFile}`,
    "io_threads_active:0",
  ];
}

export function clientLines({ node, sessions, settings }: Front): Lines {
  const all = [...sessions.all()];
  return [
    `connected_clients:${all.filter(({ kind }) => kind !== "replica").length}`,
    `cluster_connections:${node.cluster?.links.count ?? 0}`,
    `maxclients:${settings.text("maxclients")}`,
    `client_recent_max_input_buffer:${all.reduce((most, { parser }) => Math.max(most, parser.heldBytes), 0)}`,
    `client_recent_max_output_buffer:${all.reduce((most, { reply }) => Math.max(most, reply.waitingBytes), 0)}`,
    `blocked_clients:${sessions.blocked.size}`,
    "tracking_clients:0",
    `clients_in_timeout_table:${[...sessions.blocked].filter(({ block }) => block?.untilMs !== undefined).length}`,
  ];
}

export function memoryLines({ host, node, sessions, settings, stats }: Front): Lines {
  const { usedBytes, residentBytes, totalBytes } = host.memory();
  stats.peakBytes = Math.max(stats.peakBytes, usedBytes);
  const limit = settings.number("maxmemory");
  const { memory } = node.replication;
  let normalBytes = 0;
  for (const { connection, parser, reply } of sessions.all())
    normalBytes +=
      parser.heldBytes + reply.waitingBytes + (connection === undefined ? 0 : node.world.unsent(connection));
  const fragmentation = usedBytes === 0 ? 1 : residentBytes / usedBytes;
  return [
    ...both("used_memory", usedBytes),
    ...both("used_memory_rss", residentBytes),
    ...both("used_memory_peak", stats.peakBytes),
    `used_memory_peak_perc:${((100 * usedBytes) / Math.max(1, stats.peakBytes)).toFixed(2)}%`,
    ...both("total_system_memory", totalBytes),
    ...both("maxmemory", limit),
    `maxmemory_policy:${settings.text("maxmemory-policy")}`,
    `mem_fragmentation_ratio:${fragmentation.toFixed(2)}`,
    `mem_fragmentation_bytes:${residentBytes - usedBytes}`,
    "mem_not_counted_for_evict:0",
    `mem_clients_slaves:${memory.replicaBytes}`,
    `mem_clients_normal:${normalBytes}`,
    `mem_cluster_links:${node.cluster?.links.bytes ?? 0}`,
    `mem_aof_buffer:${node.persistence.waitingBytes}`,
    `mem_replication_backlog:${memory.streamBytes}`,
    `mem_total_replication_buffers:${memory.streamBytes + memory.replicaBytes}`,
    "mem_allocator:v8",
    "active_defrag_running:0",
    "lazyfree_pending_objects:0",
    "lazyfreed_objects:0",
  ];
}

const both = (name: string, bytes: number): Lines => [`${name}:${bytes}`, `${name}_human:${humanBytes(bytes)}`];

function humanBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes}B`;
  const units = ["K", "M", "G", "T"];
  const power = Math.min(units.length, Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 1024 ** power).toFixed(2)}${units[power - 1] ?? ""}`;
}

export function statsLines({ stats, node, pubsub }: Front): Lines {
  const total = (of: "hits" | "misses") => node.keyspace.databases.reduce((sum, db) => sum + db[of], 0);
  const { counts } = node.replication;
  return [
    `total_connections_received:${stats.connections}`,
    `total_commands_processed:${stats.commands}`,
    `instantaneous_ops_per_sec:${stats.opsPerSecond}`,
    `total_net_input_bytes:${stats.inputBytes + counts.bytesIn}`,
    `total_net_output_bytes:${stats.outputBytes + counts.bytesOut}`,
    `total_net_repl_input_bytes:${counts.bytesIn}`,
    `total_net_repl_output_bytes:${counts.bytesOut}`,
    `instantaneous_input_kbps:${stats.inputKbps.toFixed(2)}`,
    `instantaneous_output_kbps:${stats.outputKbps.toFixed(2)}`,
    `rejected_connections:${stats.rejectedConnections}`,
    `expired_keys:${stats.expiredKeys}`,
    `sync_full:${counts.full}`,
    `sync_partial_ok:${counts.partial}`,
    `sync_partial_err:${counts.refusedPartial}`,
    "evicted_keys:0",
    "evicted_clients:0",
    "total_eviction_exceeded_time:0",
    "current_eviction_exceeded_time:0",
    `keyspace_hits:${total("hits")}`,
    `keyspace_misses:${total("misses")}`,
    `pubsub_channels:${pubsub.channels.size}`,
    `pubsub_patterns:${pubsub.patterns.size}`,
    `pubsubshard_channels:${pubsub.shardChannels.size}`,
    "tracking_total_keys:0",
    "tracking_total_items:0",
    "tracking_total_prefixes:0",
    "latest_fork_usec:0",
    "total_forks:0",
    "unexpected_error_replies:0",
    `total_error_replies:${stats.errors}`,
    `total_reads_processed:${stats.reads}`,
    `total_writes_processed:${stats.writes}`,
  ];
}

export function cpuLines({ host }: Front): Lines {
  const { user, system } = host.cpu();
  return [
    `used_cpu_sys:${system.toFixed(6)}`,
    `used_cpu_user:${user.toFixed(6)}`,
    "used_cpu_sys_children:0.000000",
    "used_cpu_user_children:0.000000",
  ];
}
