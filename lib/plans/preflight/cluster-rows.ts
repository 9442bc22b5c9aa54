import { tellBelief } from "@/lib/cluster/belief";
import { formatEndpoint, type NodeId } from "@/lib/cluster/node";
import { countSlots, formatRanges, hasSlot } from "@/lib/cluster/slots";
import type { OpenSlot, TopologyNode } from "@/lib/cluster/topology";
import { findMember, isUp, nameOf, nodeName, quorum } from "../members";
import type { Context } from "./context";
import { fails, failuresOr, passes, unknown, type Verdict } from "./line";

/** Rows about the cluster as it is: who answers, who agrees, who else is at work. */

export function noOtherOperation({ facts: { otherOperation } }: Context): readonly Verdict[] {
  if (!otherOperation) return [passes("no-other-operation", {})];
  const { id, verb, startedBy } = otherOperation;
  return [fails("no-other-operation", { operation: id, verb, by: startedBy })];
}

export function involvedAnswer({ facts, involved }: Context): readonly Verdict[] {
  const silent = involved.flatMap((id) => {
    const node = findMember(facts.topology, id);
    return node && isUp(node)
      ? []
      : [fails("involved-answer", { node: nameOf(facts.topology, id), reason: whyDown(node) })];
  });
  return failuresOr(silent, passes("involved-answer", { nodes: involved.length }));
}

function whyDown(node: TopologyNode | undefined): string {
  if (!node) return "not a member";
  if (node.answer.kind === "silent") return node.answer.message;
  return "the others call it failed";
}

export function othersAnswer({ facts, involved, leaving }: Context): readonly Verdict[] {
  const others = facts.topology.nodes.filter((node) => !involved.includes(node.id) && !leaving.includes(node.id));
  const down = others.filter((node) => !isUp(node)).map(nodeName);
  return [down.length > 0 ? fails("others-answer", { nodes: down }) : passes("others-answer", {})];
}

export function majority({ facts }: Context): readonly Verdict[] {
  const { up, size, needed } = quorum(facts.topology);
  return [up >= needed ? passes("majority", { up, size }) : fails("majority", { up, size, needed })];
}

export function involvedViewsAgree(context: Context): readonly Verdict[] {
  const { agree } = context.facts.topology.agreement;
  return failuresOr(differing(context).involved, passes("involved-views-agree", { agree }));
}

export function otherViewsAgree(context: Context): readonly Verdict[] {
  return failuresOr(differing(context).others, passes("other-views-agree", {}));
}

/** A difference counts as ours when it is held by an involved node, or is about one or about slots of one. */
function differing({ facts: { topology }, involved }: Context) {
  const ours = involved.flatMap((id) => findMember(topology, id)?.ranges ?? []);
  const out = { involved: [] as Verdict[], others: [] as Verdict[] };
  for (const node of topology.nodes) {
    if (node.answer.kind !== "answered") continue;
    for (const difference of node.view?.differs ?? []) {
      if (difference.about === "health") continue;
      const touches =
        involved.includes(node.id) ||
        (difference.nodeId !== undefined && involved.includes(difference.nodeId)) ||
        difference.ranges.some(([first, last]) => hasSlot(ours, first) || hasSlot(ours, last));
      const told = { node: nodeName(node), believes: tellBelief(difference, topology.nodes) };
      if (touches) out.involved.push(fails("involved-views-agree", told));
      else out.others.push(fails("other-views-agree", told));
    }
  }
  return { involved: firstOfEach(out.involved), others: firstOfEach(out.others) };
}

/** One line a node is enough: the rest of what it believes is on its own page. */
function firstOfEach(verdicts: readonly Verdict[]): readonly Verdict[] {
  const seen = new Set<string>();
  return verdicts.filter(({ details }) => {
    const node = String(details.node);
    return seen.has(node) ? false : seen.add(node);
  });
}

export function involvedSlotsClosed(context: Context): readonly Verdict[] {
  const open = context.facts.topology.openSlots.filter((slot) => isOurs(slot, context));
  if (open.length === 0) return [passes("involved-slots-closed", {})];
  return [fails("involved-slots-closed", openTold(open, context))];
}

export function otherSlotsClosed(context: Context): readonly Verdict[] {
  const open = context.facts.topology.openSlots.filter((slot) => !isOurs(slot, context));
  if (open.length === 0) return [passes("other-slots-closed", {})];
  return [fails("other-slots-closed", openTold(open, context))];
}

const sidesOf = (open: OpenSlot) =>
  [...new Set([open.source, open.target, ...open.migratingOn, ...open.importingOn])].filter((id) => id !== undefined);

const isOurs = (open: OpenSlot, { involved, moves }: Context): boolean =>
  sidesOf(open).some((id) => involved.includes(id)) || moves.some((move) => hasSlot(move.ranges, open.slot));

function openTold(open: readonly OpenSlot[], { facts: { topology } }: Context) {
  const nodes = [...new Set(open.flatMap(sidesOf))].map((id) => nameOf(topology, id));
  return { slot: Math.min(...open.map((o) => o.slot)), count: open.length, nodes };
}

export function slotsCovered({ facts: { topology } }: Context): readonly Verdict[] {
  const { uncovered } = topology;
  if (uncovered.length === 0) return [passes("slots-covered", {})];
  return [fails("slots-covered", { slots: countSlots(uncovered), ranges: formatRanges(uncovered) })];
}

export function rights({ facts, involved, joining, movesBy }: Context): readonly Verdict[] {
  const asked = involved.filter((id) => facts.nodes[id]?.deniedCommands !== undefined);
  const denied = asked.flatMap((id) => {
    const node = facts.nodes[id];
    const moving = movesBy ? (node?.deniedMoving?.[movesBy.way] ?? []) : [];
    const commands = [...(node?.deniedCommands ?? []), ...moving];
    return commands.length > 0 ? [fails("rights", { node: nameOf(facts.topology, id), commands })] : [];
  });
  if (denied.length > 0) return denied;
  const notAsked = involved.filter((id) => !asked.includes(id)).map((id) => nameOf(facts.topology, id));
  if (notAsked.length > 0) return [unknown("rights", { nodes: notAsked })];
  return [passes("rights", { nodes: asked.length + joining.length })];
}

/** Without CLIENT LIST and KILL a second console is not seen; the operation waits instead where it must be sure. */
export function secondWriterSeen({ facts, involved }: Context): readonly Verdict[] {
  const failures = involved.flatMap((id) => {
    const commands = facts.nodes[id]?.deniedGuards ?? [];
    return commands.length > 0 ? [fails("second-writer-seen", { node: nameOf(facts.topology, id), commands })] : [];
  });
  return failuresOr(failures, passes("second-writer-seen", {}));
}

/** After this plan: shards whose primary and replicas all stand on one host. */
export function hostSpread({ facts: { topology }, joining, leaving, reparented }: Context): readonly Verdict[] {
  const all = [...topology.nodes, ...joining].flatMap((one) => (one.id === undefined ? [] : [{ ...one, id: one.id }]));
  const staying = all.filter(({ id }) => !leaving.includes(id));
  const parents = new Map(topology.nodes.flatMap((node) => (node.primaryId ? [[node.id, node.primaryId]] : [])));
  for (const { nodeId, primaryId } of reparented) parents.set(nodeId, primaryId);
  const hostsOfCopies = new Map<NodeId, string[]>();
  for (const copy of staying) {
    const parent = parents.get(copy.id);
    if (parent) hostsOfCopies.set(parent, [...(hostsOfCopies.get(parent) ?? []), hostOf(copy)]);
  }
  const tight = staying.filter((node) => hostsOfCopies.get(node.id)?.every((host) => host === hostOf(node)));
  if (tight.length === 0) return [passes("host-spread", {})];
  const primaries = tight.map(({ endpoint }) => formatEndpoint(endpoint));
  return [fails("host-spread", { primaries, hosts: [...new Set(tight.map(hostOf))] })];
}

export const hostOf = ({ labels, endpoint }: Pick<TopologyNode, "labels" | "endpoint">): string =>
  labels.host ?? (endpoint.host || formatEndpoint(endpoint));
