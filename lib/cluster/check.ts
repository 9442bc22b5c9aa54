import { tellBelief } from "./belief";
import { isLoopback, sharedHosts } from "./check-hosts";
import { checkNodes } from "./check-nodes";
import { checkSlots } from "./check-slots";
import { checkStrays } from "./check-strays";
import { checkTasks, type SlotTask } from "./check-tasks";
import type { OwnerScan } from "./diagnose";
import { lastingDifferences } from "./digest";
import { type Checked, type Draft, isWell } from "./draft-finding";
import type { Finding } from "./finding";
import { formatEndpoint, type NodeId } from "./node";
import type { Shard, Topology } from "./topology";

const LAG_BYTES = 5 * 1024 * 1024;

export type CheckOptions = {
  readonly previous?: readonly Finding[] | undefined;
  /** TLS of this cluster is not verified: a choice that stays in sight while it stands. */
  readonly acceptsAnyCertificate?: boolean | undefined;
  /** Keys counted on every primary: without it keys that nobody owns stay unseen. */
  readonly scan?: OwnerScan | undefined;
  /** Atomic migrations that nobody here has started. */
  readonly tasks?: readonly SlotTask[] | undefined;
};

const UNVERIFIED: Draft = {
  key: "certificate-unverified",
  code: "certificate-unverified",
  severity: "warn",
  nodeIds: [],
  ranges: [],
  details: {},
};

/**
 * Everything about a picture that is not as it should be, worst first. Keys are stable: the same trouble keeps its key,
 * and through `previous` the moment since when it stands.
 */
export function check(topology: Topology, options: CheckOptions = {}): Finding[] {
  const byId = new Map(topology.nodes.map((node) => [node.id, node]));
  const name = (id: NodeId | undefined) => {
    const node = id === undefined ? undefined : byId.get(id);
    return node ? formatEndpoint(node.endpoint) : (id?.slice(0, 8) ?? "nobody");
  };
  const checked: Checked = { topology, byId, name };
  const since = new Map(options.previous?.map((finding) => [finding.key, finding.sinceMs]) ?? []);
  const drafts = [
    ...checkNodes(checked),
    ...checkSlots(checked),
    ...checkViews(checked),
    ...topology.shards.flatMap((shard) => checkShard(shard, checked)),
    ...checkMajority(checked),
    ...(options.scan ? checkStrays(checked, options.scan) : []),
    ...checkTasks(checked, options.tasks ?? []),
    ...(options.acceptsAnyCertificate ? [UNVERIFIED] : []),
  ];
  return drafts
    .map((draft) => ({ ...draft, sinceMs: since.get(draft.key) ?? draft.sinceMs ?? topology.atMs }))
    .sort((a, b) => RANK[a.severity] - RANK[b.severity] || (a.key < b.key ? -1 : 1));
}

const RANK: Readonly<Record<Finding["severity"], number>> = { bad: 0, warn: 1, note: 2 };

function checkViews({ topology, name }: Checked): Draft[] {
  const answering = topology.nodes.filter((node) => node.answer.kind === "answered");
  const failing = answering.filter((node) => node.view?.state === "fail");
  const drafts: Draft[] = [];
  if (failing.length > 0)
    drafts.push({
      key: "cluster-state-fail",
      code: "cluster-state-fail",
      severity: "bad",
      nodeIds: failing.map((node) => node.id),
      ranges: [],
      details: { nodes: failing.map((node) => name(node.id)), count: failing.length, answering: answering.length },
    });
  for (const node of answering) {
    const differs = lastingDifferences(node.view, topology.atMs);
    if (differs.length === 0) continue;
    const believes = differs.map((one) => tellBelief(one, topology.nodes));
    drafts.push({
      key: `views-differ:${node.id}`,
      code: "views-differ",
      severity: "warn",
      nodeIds: [node.id],
      ranges: differs.flatMap((one) => one.ranges),
      details: { node: name(node.id), believes },
      ...(node.role === "primary" && differs.some((one) => one.about === "owner") ? { verb: "fix" } : {}),
      sinceMs: Math.min(...differs.map((one) => one.sinceMs)),
    });
  }
  return drafts;
}

function checkShard(shard: Shard, { topology, byId, name }: Checked): Draft[] {
  const primary = byId.get(shard.primaryId);
  if (!primary) return [];
  const replicas = shard.replicaIds.flatMap((id) => byId.get(id) ?? []);
  const base = { nodeIds: [primary.id], ranges: [] };
  const details = { shard: shard.index, node: name(primary.id) };
  const drafts: Draft[] = [];
  if (shard.slots === 0) {
    drafts.push({
      ...base,
      key: `primary-without-slots:${primary.id}`,
      code: "primary-without-slots",
      severity: "note",
      details,
      verb: "reshard",
    });
  } else if (!replicas.some((node) => isWell(node) && node.role === "replica")) {
    const known = shard.replicaIds.length;
    drafts.push({
      ...base,
      key: `shard-without-replica:${shard.index}`,
      code: "shard-without-replica",
      severity: "warn",
      details: { ...details, known },
      ...(known === 0 ? { verb: "add-node" } : {}),
    });
  }
  for (const node of replicas) {
    if (node.answer.kind !== "answered" || !node.stats) continue;
    const about = { nodeIds: [node.id, primary.id], ranges: [] };
    const names = { node: name(node.id), primary: name(primary.id), shard: shard.index };
    if (node.stats.replLinkUp === false)
      drafts.push({
        ...about,
        key: `replica-link-down:${node.id}`,
        code: "replica-link-down",
        severity: node.stats.replSyncing ? "note" : "warn",
        details: { ...names, syncing: node.stats.replSyncing === true },
      });
    else if ((node.stats.lagBytes ?? 0) > LAG_BYTES)
      drafts.push({
        ...about,
        key: `replica-lagging:${node.id}`,
        code: "replica-lagging",
        severity: "warn",
        details: { ...names, lagBytes: node.stats.lagBytes ?? 0 },
      });
  }
  const host = sharedHosts(primary, replicas);
  if (host && !isLoopback(host.host) && topology.nodes.length > 1)
    drafts.push({
      nodeIds: [primary.id, ...host.replicas.map((node) => node.id)],
      ranges: [],
      key: `replica-on-primary-host:${shard.index}`,
      code: "replica-on-primary-host",
      severity: "warn",
      details: { ...details, host: host.host, replicas: host.replicas.map((node) => name(node.id)) },
      verb: "replicate",
    });
  return drafts;
}

function checkMajority({ topology, byId, name }: Checked): Draft[] {
  const voters = topology.shards.filter((shard) => shard.slots > 0).map((shard) => byId.get(shard.primaryId));
  const alive = voters.filter(isWell).length;
  const needed = Math.floor(voters.length / 2) + 1;
  if (voters.length === 0 || alive - 1 >= needed) return [];
  const severity = alive < needed ? "bad" : voters.length < 3 ? "note" : "warn";
  return [
    {
      key: "no-majority-if-one-more-fails",
      code: "no-majority-if-one-more-fails",
      severity,
      nodeIds: voters.flatMap((node) => (node && !isWell(node) ? [node.id] : [])),
      ranges: [],
      details: {
        alive,
        needed,
        voters: voters.length,
        missing: voters.flatMap((node) => (node && !isWell(node) ? [name(node.id)] : [])),
      },
    },
  ];
}
