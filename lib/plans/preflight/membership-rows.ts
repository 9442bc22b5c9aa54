import type { NodeId } from "@/lib/cluster/node";
import { countSlots } from "@/lib/cluster/slots";
import { findMember, guardsOf, isUp, nameOf, nodeName, owners } from "../members";
import type { Context } from "./context";
import { fails, failuresOr, passes, type Verdict } from "./line";
import { nameIn } from "./move-rows";

/** Rows about who stays, who guards whom, and who can be told. */

/** Two primaries of three still elect; of two, or one, nobody can. */
const FEWEST = 3;

export function threePrimaries({ facts: { topology }, leaving }: Context): readonly Verdict[] {
  const before = owners(topology);
  const after = before.filter((node) => !leaving.includes(node.id)).length;
  if (after === before.length) return [];
  return [
    after < FEWEST ? fails("three-primaries", { primaries: after }) : passes("three-primaries", { primaries: after }),
  ];
}

/** Shards that stay, had a replica in sync, and would have none. */
export function lastReplica({ facts: { topology }, leaving, reparented }: Context): readonly Verdict[] {
  const goes = (id: NodeId) => leaving.includes(id) || reparented.some((pair) => pair.nodeId === id);
  const failures = owners(topology)
    .filter((primary) => !leaving.includes(primary.id))
    .flatMap((primary) => {
      const guards = guardsOf(topology, primary.id);
      const last = guards.at(-1);
      const comes = reparented.some((pair) => pair.primaryId === primary.id);
      if (!last || comes || !guards.every((guard) => goes(guard.id))) return [];
      return [fails("last-replica", { primary: nodeName(primary), node: nodeName(last) })];
    });
  return failuresOr(failures, passes("last-replica", {}));
}

/** Following another primary means to drop everything and copy that one. */
export function resync(context: Context): readonly Verdict[] {
  return context.reparented.map(({ nodeId, primaryId }) => {
    const node = nameIn(context, nodeId);
    const stats = findMember(context.facts.topology, primaryId)?.stats;
    if (!stats || stats.keys === 0) return passes("resync", { node });
    return fails("resync", { node, primary: nameIn(context, primaryId), bytes: stats.usedBytes });
  });
}

export function hasNoSlots({ facts: { topology }, leaving }: Context): readonly Verdict[] {
  return leaving.flatMap((id) => {
    const node = findMember(topology, id);
    if (!node || isUp(node)) return [];
    const slots = countSlots(node.ranges);
    const name = nodeName(node);
    return [slots > 0 ? fails("has-no-slots", { node: name, slots }) : passes("has-no-slots", { node: name })];
  });
}

export function canBeStopped({ facts, stopped }: Context): readonly Verdict[] {
  if (stopped.length === 0) return [];
  const foreign = stopped.filter((id) => facts.managed[id] === undefined);
  return failuresOr(
    foreign.map((id) => fails("can-be-stopped", { node: nameOf(facts.topology, id) })),
    passes("can-be-stopped", { nodes: stopped.length }),
  );
}

export function allCanForget({ facts: { topology }, leaving }: Context): readonly Verdict[] {
  const deaf = topology.nodes.filter((node) => !leaving.includes(node.id) && node.answer.kind === "silent");
  return [deaf.length > 0 ? fails("all-can-forget", { nodes: deaf.map(nodeName) }) : passes("all-can-forget", {})];
}

export function willBeGone({ facts: { topology }, leaving }: Context): readonly Verdict[] {
  return leaving.map((id) => {
    const member = findMember(topology, id);
    const node = nameOf(topology, id);
    return member && isUp(member) ? passes("will-be-gone", { node }) : fails("will-be-gone", { node });
  });
}
