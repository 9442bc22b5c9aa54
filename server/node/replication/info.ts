import type { NodeParts } from "../parts";
import type { NodeReplication } from "./node-replication";
import type { PrimaryLink } from "./primary-link";
import type { ReplicaLink } from "./replica-link";

const STATE = { waiting: "wait_bgsave", snapshot: "send_bulk", loading: "send_bulk", online: "online" } as const;

/** The lines of INFO replication, in the order of redis 7.0. */
export function replicationInfo(replication: NodeReplication, node: NodeParts): readonly string[] {
  const { identity, followers, primaryLink } = replication;
  const { stream } = followers;
  const links = [...followers.links].filter((link) => !link.facts.isRdbOnly);
  const isGuarded =
    node.settings.number("min-replicas-to-write") > 0 && node.settings.number("min-replicas-max-lag") > 0;
  return [
    `role:${primaryLink ? "slave" : "master"}`,
    ...(primaryLink ? ofReplica(primaryLink, replication, node) : []),
    `connected_slaves:${links.length}`,
    ...(isGuarded ? [`min_slaves_good_slaves:${replication.goodReplicas}`] : []),
    ...links.map(replicaLine),
    "master_failover_state:no-failover",
    `master_replid:${identity.id}`,
    `master_replid2:${identity.previousId}`,
    `master_repl_offset:${replication.offset}`,
    `second_repl_offset:${identity.previousUntil}`,
    `repl_backlog_active:${stream ? 1 : 0}`,
    `repl_backlog_size:${followers.backlogBytes}`,
    `repl_backlog_first_byte_offset:${stream ? stream.start + 1 : 0}`,
    `repl_backlog_histlen:${stream ? stream.end - stream.start : 0}`,
  ];
}

const replicaLine = (link: ReplicaLink, at: number): string => {
  const { host, port } = link.address;
  return `slave${at}:ip=${host},port=${port},state=${STATE[link.phase]},offset=${link.acknowledgedPlace},lag=${link.lagSeconds}`;
};

function ofReplica(link: PrimaryLink, { offset }: NodeReplication, { settings, world }: NodeParts): readonly string[] {
  const isUp = link.phase === "connected";
  const seconds = (sinceMs: number) => Math.floor((world.monotonicMs() - sinceMs) / 1000);
  return [
    `master_host:${link.primary.host}`,
    `master_port:${link.primary.port}`,
    `master_link_status:${isUp ? "up" : "down"}`,
    `master_last_io_seconds_ago:${isUp && link.heardMs !== undefined ? seconds(link.heardMs) : -1}`,
    `master_sync_in_progress:${link.phase === "copy" || link.phase === "head" ? 1 : 0}`,
    `slave_read_repl_offset:${offset}`,
    `slave_repl_offset:${offset}`,
    ...ofCopy(link, seconds),
    ...(isUp ? [] : [`master_link_down_since_seconds:${seconds(link.downSinceMs)}`]),
    `slave_priority:${settings.number("replica-priority")}`,
    `slave_read_only:${settings.isOn("replica-read-only") ? 1 : 0}`,
    `replica_announced:${settings.isOn("replica-announced") ? 1 : 0}`,
  ];
}

function ofCopy({ phase, intake, heardMs }: PrimaryLink, seconds: (sinceMs: number) => number): readonly string[] {
  if (phase !== "copy" && phase !== "head") return [];
  const total = intake?.totalBytes;
  const read = intake?.readBytes ?? 0;
  return [
    `master_sync_total_bytes:${total ?? 0}`,
    `master_sync_read_bytes:${read}`,
    `master_sync_left_bytes:${total === undefined ? -read : total - read}`,
    `master_sync_perc:${(total ? (read * 100) / total : 0).toFixed(2)}`,
    `master_sync_last_io_seconds_ago:${heardMs === undefined ? -1 : seconds(heardMs)}`,
  ];
}
