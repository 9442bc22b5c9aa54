import type { NodeId } from "@/lib/cluster/node";
import { findMember, isUp, nameOf, quorum, replicasOf } from "../members";
import type { FailoverMode } from "../step";
import type { Context } from "./context";
import { fails, hold, note, passes, type Row, refuse, unknown, type Verdict } from "./line";

/** Rows about one replica taking its primary's place. */
export type Handover = { readonly replicaId: NodeId; readonly primaryId: NodeId; readonly mode: FailoverMode };

/** Default asks the primary to hold its writes; only it can. */
export const primaryAnswers = ({ primaryId, mode }: Handover): Row =>
  refuse(({ facts: { topology } }) => {
    if (mode !== "default") return [];
    const primary = findMember(topology, primaryId);
    const told = { node: nameOf(topology, primaryId) };
    return [primary && isUp(primary) ? passes("primary-answers", told) : fails("primary-answers", told)];
  });

export const replicaFollows = ({ replicaId, primaryId, mode }: Handover): Row =>
  refuse(({ facts: { topology } }) => {
    const stats = findMember(topology, replicaId)?.stats;
    if (mode !== "default") return [];
    const told = { node: nameOf(topology, replicaId), primary: nameOf(topology, primaryId) };
    return [
      stats?.replLinkUp === false || stats?.replSyncing
        ? fails("replica-follows", told)
        : passes("replica-follows", told),
    ];
  });

/** FORCE does not ask the primary, but the others must still vote; TAKEOVER asks nobody. */
export const canVote = ({ mode }: Handover): Row =>
  refuse(({ facts: { topology } }) => {
    if (mode === "takeover") return [];
    const { up, size, needed } = quorum(topology);
    return [up >= needed ? passes("majority", { up, size }) : fails("majority", { up, size, needed })];
  });

export const takeoverNeeded = ({ mode }: Handover): Row =>
  refuse(({ facts: { topology } }) => {
    if (mode !== "takeover") return [];
    const { up, size, needed } = quorum(topology);
    return [up < needed ? passes("takeover-needed", { up, size }) : fails("takeover-needed", { up, size })];
  });

export const forceNeeded = ({ primaryId, mode }: Handover): Row =>
  hold(({ facts: { topology } }) => {
    if (mode !== "force") return [];
    const primary = findMember(topology, primaryId);
    const told = { node: nameOf(topology, primaryId) };
    return [primary && isUp(primary) ? fails("force-needed", told) : passes("force-needed", told)];
  });

export const replicaLag = ({ replicaId, primaryId }: Handover): Row =>
  note(({ facts: { topology } }) => {
    const node = nameOf(topology, replicaId);
    const primary = findMember(topology, primaryId);
    const bytes = findMember(topology, replicaId)?.stats?.lagBytes;
    if (!primary || !isUp(primary) || bytes === undefined) return [unknown("replica-lag", { node })];
    return [bytes > 0 ? fails("replica-lag", { node, bytes }) : passes("replica-lag", { node })];
  });

/** By replication offset: with a silent primary the replica that is behind loses what only the other one has. */
export const bestReplica = ({ replicaId, primaryId, mode }: Handover): Row =>
  (mode === "default" ? note : hold)(({ facts: { topology } }: Context): readonly Verdict[] => {
    const mine = findMember(topology, replicaId);
    const others = replicasOf(topology, primaryId).filter((r) => r.id !== replicaId && isUp(r));
    const offset = mine?.stats?.replOffset ?? 0;
    const better = others.find((r) => (r.stats?.replOffset ?? 0) > offset && r.stats?.replId === mine?.stats?.replId);
    const node = nameOf(topology, replicaId);
    if (mode === "default" || !better) return [passes("best-replica", { node })];
    return [fails("best-replica", { node, better: nameOf(topology, better.id) })];
  });

export const mayFailOver = ({ replicaId }: Handover): Row =>
  note(({ facts: { topology } }) => {
    const replica = findMember(topology, replicaId);
    if (!replica?.noFailover) return [];
    return [fails("may-fail-over", { node: nameOf(topology, replicaId) })];
  });
