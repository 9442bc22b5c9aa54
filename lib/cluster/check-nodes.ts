import type { Checked, Draft } from "./draft-finding";
import { reasonOf } from "./reason";
import type { TopologyNode } from "./topology";

const FULL = 0.97;
const NEARLY_FULL = 0.9;

/** What is wrong with single nodes, whatever their shard. */
export function checkNodes(checked: Checked): Draft[] {
  const { nodes } = checked.topology;
  return [
    ...nodes.flatMap((node) => checkLife(node, checked)),
    ...nodes.flatMap((node) => checkAddress(node, checked)),
    ...nodes.flatMap((node) => checkMemory(node, checked)),
    ...checkPolicy(checked),
    ...checkVersions(checked),
  ];
}

function checkLife(node: TopologyNode, { topology, byId, name }: Checked): Draft[] {
  if (node.handshake) return [];
  const shard = topology.shards.find((one) => one.primaryId === node.id);
  const heir = shard?.replicaIds.some((id) => byId.get(id)?.answer.kind === "answered");
  const details = {
    node: name(node.id),
    role: node.role,
    slots: shard?.slots ?? 0,
    reporters: node.reporters.map((id) => name(id)),
    answers: node.answer.kind === "answered",
    ...(node.answer.kind === "silent" ? { reason: reasonOf(node.answer.message, name(node.id)) } : {}),
  };
  const serious = (shard?.slots ?? 0) > 0 ? "bad" : "warn";
  const base = { nodeIds: [node.id], ranges: shard?.ranges ?? [], details, ...(heir ? { verb: "failover" } : {}) };
  const silentSince = node.answer.kind === "silent" ? { sinceMs: node.answer.sinceMs } : {};
  if (node.health === "fail")
    return [{ ...base, ...silentSince, key: `node-failed:${node.id}`, code: "node-failed", severity: serious }];
  const drafts: Draft[] = [];
  if (node.health === "pfail")
    drafts.push({ ...base, key: `node-pfail:${node.id}`, code: "node-pfail", severity: "warn" });
  if (node.answer.kind === "silent")
    drafts.push({ ...base, ...silentSince, key: `node-silent:${node.id}`, code: "node-silent", severity: serious });
  return drafts;
}

function checkAddress(node: TopologyNode, { topology, name }: Checked): Draft[] {
  const shard = topology.shards.find((one) => one.primaryId === node.id);
  const base = { nodeIds: [node.id], details: { node: name(node.id), id: node.id, slots: shard?.slots ?? 0 } };
  if (node.handshake)
    return [{ ...base, ranges: [], key: `handshake-ghost:${node.id}`, code: "handshake-ghost", severity: "note" }];
  if (!node.noAddress) return [];
  return [
    {
      ...base,
      ranges: shard?.ranges ?? [],
      key: `address-lost:${node.id}`,
      code: "address-lost",
      severity: (shard?.slots ?? 0) > 0 ? "bad" : "warn",
    },
  ];
}

function checkMemory(node: TopologyNode, { name }: Checked): Draft[] {
  const { usedBytes = 0, maxBytes = 0, maxPolicy = "" } = node.stats ?? {};
  if (maxBytes === 0 || usedBytes < NEARLY_FULL * maxBytes) return [];
  return [
    {
      key: `memory-near-limit:${node.id}`,
      code: "memory-near-limit",
      severity: usedBytes >= FULL * maxBytes ? "bad" : "warn",
      nodeIds: [node.id],
      ranges: [],
      details: { node: name(node.id), usedBytes, maxBytes, maxPolicy },
    },
  ];
}

function checkPolicy({ topology, name }: Checked): Draft[] {
  const evicting = topology.nodes.filter(
    ({ stats }) => stats && stats.maxBytes > 0 && stats.maxPolicy !== "" && stats.maxPolicy !== "noeviction",
  );
  if (evicting.length === 0) return [];
  return [
    {
      key: "evicting-policy",
      code: "evicting-policy",
      severity: "note",
      nodeIds: evicting.map((node) => node.id),
      ranges: [],
      details: {
        nodes: evicting.map((node) => name(node.id)),
        policies: [...new Set(evicting.map((node) => node.stats?.maxPolicy ?? ""))],
      },
    },
  ];
}

function checkVersions({ topology, name }: Checked): Draft[] {
  const byVersion = new Map<string, TopologyNode[]>();
  for (const node of topology.nodes) {
    if (!node.stats?.version) continue;
    const version = `${node.stats.engine} ${node.stats.version}`;
    byVersion.set(version, [...(byVersion.get(version) ?? []), node]);
  }
  if (byVersion.size < 2) return [];
  const rarestFirst = [...byVersion].sort((a, b) => a[1].length - b[1].length || (a[0] < b[0] ? -1 : 1));
  const minority = rarestFirst.slice(0, -1).flatMap(([, nodes]) => nodes);
  return [
    {
      key: "versions-differ",
      code: "versions-differ",
      severity: "note",
      nodeIds: minority.map((node) => node.id),
      ranges: [],
      details: {
        versions: rarestFirst.map(([version, nodes]) => `${version} × ${nodes.length}`),
        nodes: minority.map((node) => name(node.id)),
      },
    },
  ];
}
