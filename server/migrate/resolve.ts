import type { NodeId } from "@/lib/cluster/node";
import { hasSlot, type Slot } from "@/lib/cluster/slots";
import type { Topology, TopologyNode } from "@/lib/cluster/topology";
import { isOpsError } from "@/lib/errors";
import { insist } from "./open";
import type { Run } from "./run";
import { readSide, type Side } from "./sides";
import { type MoveStop, stop, Trouble } from "./stop";

/** How often a shard without a primary is looked at: a client's reads of moved keys depend on it. */
const LOOK_EVERY_MS = 100;
const FLAPS = 3;

/** Who else is in the shards of source and target: one of them is promoted when a primary dies. */
export async function noteKin(run: Run): Promise<void> {
  const topology = await look(run).catch((error: unknown) => {
    throw isOpsError(error) ? unreachable(run, run.source, error.message) : error;
  });
  const { source, target } = run.job;
  const kinOf = (id: NodeId): readonly NodeId[] => {
    const shard = topology.shards.find((s) => [s.primaryId, ...s.replicaIds, ...(s.formerIds ?? [])].includes(id));
    return shard ? [id, shard.primaryId, ...shard.replicaIds, ...(shard.formerIds ?? [])] : [id];
  };
  // A source that was emptied before follows its target: nobody of that shard stands for the source.
  const isEmptied = kinOf(source).includes(target);
  run.kin.set(source, new Set(isEmptied ? [source] : kinOf(source)));
  run.kin.set(target, new Set(kinOf(target).filter((id) => id !== source)));
}

/**
 * Finds who is primary in the two shards now, and waits while one of them has none: for a failover, a restart, a
 * majority. Both answer and say cluster_state:ok when this resolves. Identity is by node id; addresses do not matter.
 */
export async function resolvePair(run: Run): Promise<void> {
  const ends = performance.now() + run.patienceMs;
  for (;;) {
    await findPair(run);
    const state = await targetState(run);
    if (state === "ok") return;
    if (performance.now() > ends) throw minority(run.target, run.patienceMs);
    await run.pause(LOOK_EVERY_MS);
  }
}

/** For what changes nothing: done again after every trouble, as long as a failover may take. */
export async function patiently<T>(run: Run, work: () => Promise<T>): Promise<T> {
  const ends = performance.now() + run.patienceMs;
  for (;;) {
    await resolvePair(run);
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      if (performance.now() > ends) throw unreachable(run, error.node ?? run.source, error.message);
    }
  }
}

/** `again`: it was told something, or could not be asked. */
async function targetState(run: Run): Promise<Side["state"] | "again"> {
  try {
    const target = await readSide(run.lines, run.target);
    return (await openItsEyes(run, target)) ? "again" : target.state;
  } catch (error) {
    if (error instanceof Trouble) return "again";
    throw error;
  }
}

/**
 * A Redis node that is IMPORTING a slot believes no gossip about it: when the source fails over, the target goes on
 * to see the slot with the dead node, and says cluster_state:fail to all its clients for as long. It is told the
 * promoted owner by NODE, which leaves its IMPORTING flag alone. Only for slots of ours, and only what the owner says
 * of itself.
 */
async function openItsEyes(run: Run, target: Side): Promise<boolean> {
  const { source } = run;
  const believes = (slot: Slot) => target.nodes.find((node) => hasSlot(node.ranges, slot))?.id;
  const doubtful = target.self.importing
    .map(({ slot }) => slot)
    .filter((slot) => run.written.has(slot) && believes(slot) !== source && believes(slot) !== run.target);
  if (doubtful.length === 0) return false;
  const { self } = await readSide(run.lines, source);
  const told = doubtful.filter((slot) => hasSlot(self.ranges, slot));
  const replies = await run.lines.ask(
    run.target,
    told.map((slot) => ["CLUSTER", "SETSLOT", slot, "NODE", source]),
  );
  insist(replies, told, run.target);
  return told.length > 0;
}

async function findPair(run: Run): Promise<void> {
  const ends = performance.now() + run.patienceMs;
  for (let reason = "no answer"; ; ) {
    const topology = await look(run).catch((error: unknown) => {
      if (!isOpsError(error)) throw error;
      reason = error.message;
      return undefined;
    });
    const source = topology && heirOf(topology, run.job.source, run.kin.get(run.job.source));
    const target = topology && heirOf(topology, run.job.target, run.kin.get(run.job.target));
    if (source?.view?.state === "ok" && target?.role === "primary") {
      const changes = run.becomes(source.id, target.id);
      if (changes < FLAPS) return;
      throw stop("owner-unstable", "ownerFlaps", { node: target.id, changes }, { nodeId: target.id });
    }
    if (performance.now() > ends) throw gaveUp({ run, source, target, reason });
    await run.pause(LOOK_EVERY_MS);
  }
}

async function look(run: Run): Promise<Topology> {
  run.checkSignal();
  return run.job.cluster.topology();
}

/**
 * The primary of the shard that `id` was in: of those that answer, the one with the highest config epoch among those
 * that own slots, because a primary that was replaced believes in itself for a moment after it comes back. A node that
 * answers as replica of another shard is answered as it is: a source that was emptied follows its target.
 */
export function heirOf(
  topology: Topology,
  id: NodeId,
  kin: ReadonlySet<NodeId> = new Set([id]),
): TopologyNode | undefined {
  const answering = topology.nodes.filter((node) => kin.has(node.id) && node.answer.kind === "answered");
  const primaries = answering.filter((node) => node.role === "primary");
  const owners = primaries.filter((node) => node.ranges.length > 0).sort((a, b) => b.configEpoch - a.configEpoch);
  const self = answering.find((node) => node.id === id);
  if (owners[0]) return owners[0];
  if (self?.role === "primary") return self;
  if (self?.primaryId !== undefined && !kin.has(self.primaryId)) return self;
  return primaries[0];
}

type GivingUp = {
  readonly run: Run;
  readonly source: TopologyNode | undefined;
  readonly target: TopologyNode | undefined;
  readonly reason: string;
};

function gaveUp({ run, source, target, reason }: GivingUp): MoveStop {
  if (source && target) return minority(source.id, run.patienceMs);
  return unreachable(run, source ? run.target : run.source, reason);
}

function unreachable(run: Run, node: NodeId, reason: string): MoveStop {
  return stop("node-unreachable", "unreachable", { node, waitedMs: run.patienceMs, reason }, { nodeId: node });
}

function minority(node: NodeId, waitedMs: number): MoveStop {
  return stop("minority", "minority", { node, waitedMs }, { nodeId: node });
}
