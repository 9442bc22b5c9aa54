import { formatEndpoint, type NodeId } from "@/lib/cluster/node";
import { formatRanges } from "@/lib/cluster/slots";
import type { Topology, TopologyNode } from "@/lib/cluster/topology";
import { nodeName } from "@/lib/plans/members";
import { cliOutput } from "@/lib/words/en/cli-output";
import { findings as findingWords } from "@/lib/words/en/findings";
import type { Picture } from "../desk/desk";

const words = cliOutput.redisCli;

/** What redis-cli --cluster info prints, from every node's own view; a node that is silent has no number. */
export function infoLines(topology: Topology): readonly string[] {
  const primaries = topology.nodes
    .filter((node) => node.role === "primary" && !node.handshake)
    .sort((a, b) => rank(a, "") - rank(b, ""));
  const replicasOf = (id: NodeId) => topology.nodes.filter((node) => node.primaryId === id).length;
  const keysOf = (node: TopologyNode) => (node.answer.kind === "answered" ? node.stats?.keys : undefined);
  const keys = primaries.reduce((sum, node) => sum + (keysOf(node) ?? 0), 0);
  const silent = primaries.filter((node) => keysOf(node) === undefined).map(nodeName);
  return [
    ...primaries.map((node) =>
      words.node({
        id: node.id,
        address: nodeName(node),
        keys: String(keysOf(node) ?? "?"),
        slots: slotsOf(node),
        replicas: replicasOf(node.id),
      }),
    ),
    ...(silent.length > 0 ? [words.keysUnknown({ primaries: silent })] : []),
    words.keysIn({ keys, primaries: primaries.length }),
    words.average({ perSlot: keys / 16384 }),
  ];
}

/** What redis-cli --cluster check prints after the node lines, and then everything else that is wrong. */
export function checkLines({ topology, findings }: Picture, entry: string): readonly string[] {
  const order = [...topology.nodes].sort((a, b) => rank(a, entry) - rank(b, entry));
  return [
    ...infoLines(topology),
    words.performing({ address: entry }),
    ...order.flatMap((node) => nodeLines(topology, node)),
    isAgreed(topology) ? words.agree() : words.disagree(),
    words.checkOpen(),
    ...openLines(topology),
    words.checkCoverage(),
    topology.uncovered.length === 0 ? words.covered() : words.uncovered(),
    cliOutput.findings.title(),
    ...(findings.length === 0 ? [cliOutput.findings.none()] : []),
    ...findings.map(({ code, severity, details }) =>
      cliOutput.findings[severity]({ text: findingWords[code].sentence(details) }),
    ),
  ];
}

const FAILING: ReadonlySet<string> = new Set([
  "views-differ",
  "slot-open",
  "slot-open-on-replica",
  "several-owners",
  "node-silent",
  "node-failed",
]);

/** Whether a check may exit with 0: redis-cli's three questions, and no node that is dead or silent. */
export function isWell({ topology, findings }: Picture): boolean {
  const isBad = findings.some(({ code, severity }) => severity === "bad" || FAILING.has(code));
  return !isBad && isAgreed(topology) && topology.openSlots.length === 0 && topology.uncovered.length === 0;
}

/** The node that was asked, primaries by their slots, replicas. */
function rank(node: TopologyNode, entry: string): number {
  if (nodeName(node) === entry) return -2;
  return node.role === "primary" ? -1 + (node.ranges[0]?.[0] ?? 0) / 16384 : 1;
}

const isAgreed = ({ agreement }: Topology): boolean => agreement.agree === agreement.answering;
const slotsOf = (node: TopologyNode): number => node.ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);

function nodeLines(topology: Topology, node: TopologyNode): readonly string[] {
  const at = { id: node.id, address: formatEndpoint(node.endpoint) };
  const isReplica = node.role === "replica";
  const replicas = topology.nodes.filter((one) => one.primaryId === node.id).length;
  const ranges = node.ranges.map(([first, last]) => `[${formatRanges([[first, last]], "-")}]`).join(",");
  return [
    isReplica ? words.replica(at) : words.primary(at),
    words.slots({ ranges, slots: slotsOf(node), isReplica }),
    ...(isReplica && node.primaryId ? [words.replicates({ id: node.primaryId })] : []),
    ...(!isReplica && replicas > 0 ? [words.additional({ replicas })] : []),
  ];
}

function openLines(topology: Topology): readonly string[] {
  const { openSlots } = topology;
  const on = (side: "migratingOn" | "importingOn", id: NodeId) =>
    openSlots.filter((open) => open[side].includes(id)).map((open) => open.slot);
  const sides = topology.nodes.flatMap((node) =>
    [["migrating", "migratingOn"] as const, ["importing", "importingOn"] as const].flatMap(([side, field]) => {
      const slots = on(field, node.id);
      return slots.length > 0 ? [words.openSide({ address: nodeName(node), side, slots: slots.join(",") })] : [];
    }),
  );
  const all = openSlots.map((open) => open.slot).join(",");
  return openSlots.length > 0 ? [...sides, words.openAll({ slots: all })] : [];
}
