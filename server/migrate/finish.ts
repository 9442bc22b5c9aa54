import type { NodeId } from "@/lib/cluster/node";
import { hasSlot, type Slot } from "@/lib/cluster/slots";
import type { Command, Settled } from "@/server/link";
import type { Drained } from "./drain";
import { importingCommands, insist, migratingCommands } from "./open";
import { judgeReply, refusal } from "./replies";
import type { Hand, Run } from "./run";
import { parseSide, parseTail, readSide, readSource, readTarget, type Side, sideCommands, tailCommands } from "./sides";
import { stop, Trouble } from "./stop";

/**
 * What must hold in the very readings before NODE at the target: the source counts no key, with MIGRATING still set
 * when it did (I2: a target that takes a slot whose old owner has keys makes that owner erase them); the target is
 * still IMPORTING from it (I3: else it takes the slot without a new epoch, and gossip takes it back); and the target
 * knows the source's config epoch (I20: else it may rise to one that is not above it). Gossip is waited for.
 */
export async function readyToHandOver(run: Run, slots: readonly Slot[], drained: Drained): Promise<Side> {
  const waitMs = 2 * run.job.cluster.nodeTimeoutMs + 2000;
  const ends = performance.now() + waitMs;
  const tail = { count: slots, list: [], most: 0, withSide: true };
  let { source, target } = drained;
  for (;;) {
    if (!source.side) source = await readSource(run.lines, run.source, tail);
    insistOnFlags(run, slots, source.counts, source.side as Side, target);
    const epoch = (source.side as Side).myEpoch;
    const known = target.nodes.find((node) => node.id === run.source)?.configEpoch ?? 0;
    if (known === epoch) return source.side as Side;
    if (performance.now() > ends) {
      const details = { node: run.target, source: run.source, epoch, known };
      throw stop("owner-unstable", "epochNotKnown", details, { nodeId: run.target });
    }
    await run.pause(20);
    [source, target] = await Promise.all([readSource(run.lines, run.source, tail), readTarget(run.lines, run.target)]);
  }
}

function insistOnFlags(
  run: Run,
  slots: readonly Slot[],
  counts: ReadonlyMap<Slot, number>,
  source: Side,
  target: Side,
): void {
  const migrating = new Map(source.self.migrating.map(({ slot, to }) => [slot, to]));
  const importing = new Map(target.self.importing.map(({ slot, from }) => [slot, from]));
  for (const slot of slots) {
    if (counts.get(slot) !== 0) throw new Trouble(`slot ${slot} still has keys`, run.source);
    if (migrating.get(slot) !== run.target || !hasSlot(source.self.ranges, slot))
      throw new Trouble(`slot ${slot} is not migrating any more`, run.source);
    if (importing.get(slot) !== run.source) throw new Trouble(`slot ${slot} is not importing any more`, run.target);
  }
}

/** Both sides one after the other, for slots whose portion is carried alone. */
export async function handOver(run: Run, slots: readonly Slot[], sourceEpoch: number): Promise<void> {
  await take(run, slots, sourceEpoch);
  await letGo(run, slots);
}

/**
 * NODE at the target, then its own line: every slot owned and closed, its epoch above the source's. An epoch that is
 * not above would let gossip hand the slot back and wipe the target's keys, so the source is told in the same breath.
 * `coming` is told to be IMPORTING in the same write; whatever goes wrong with that is left for its own turn.
 */
export async function take(run: Run, slots: readonly Slot[], sourceEpoch: number, coming?: Hand): Promise<void> {
  const { source, target } = run;
  const comingSlots = coming?.slots ?? [];
  run.progress.holds(comingSlots.map((slot) => ({ slot, source, target })));
  await run.at("before-node-target", slots[0]);
  const replies = await run.lines.ask(target, [
    ...nodeCommands(slots, target),
    ...sideCommands,
    ...importingCommands(run, comingSlots),
  ]);
  await run.at("after-node-target", slots[0]);
  const taken = parseSide(run.lines, target, replies.slice(slots.length));
  insist(replies, slots, target);
  const open = new Set(taken.self.importing.map(({ slot }) => slot));
  const missing = slots.find((slot) => !hasSlot(taken.self.ranges, slot) || open.has(slot));
  if (missing !== undefined) throw new Trouble(`slot ${missing} is not taken yet`, target);
  if (taken.self.configEpoch <= sourceEpoch) {
    await tellSource(run, slots);
    run.progress.releases(slots);
    await readSide(run.lines, target);
    throw stop("owner-unstable", "epochNotAbove", { node: target, source }, { nodeId: target });
  }
  run.others.tell(taken.nodes, slots, target, [source, target]);
  if (!coming) return;
  coming.isImporting = replies.slice(slots.length + sideCommands.length).every(({ ok }) => ok);
  await run.at("after-importing", coming.slots[0]);
}

/** NODE at the source, when it has heard what it is told from the target itself. */
export async function letGo(run: Run, slots: readonly Slot[]): Promise<void> {
  const { nodeTimeoutMs: waitMs } = run.job.cluster;
  await run.hearing.heard(run.source, { slots, owner: run.target, waitMs, signal: run.job.signal });
  await tellSource(run, slots);
}

/**
 * NODE at the source, then its own line: it neither owns the slots nor holds a flag. A source that has lost its last
 * slot may have become the target's replica before it hears this, and refuses: that is success.
 */
async function tellSource(run: Run, slots: readonly Slot[]): Promise<void> {
  const { source } = run;
  const replies = await run.lines.ask(source, [...nodeCommands(slots, run.target), ...sideCommands]);
  await run.at("after-node-source", slots[0]);
  if (replies.some((reply) => !reply.ok && reply.error.prefix === "LOADING") && (await isReplicaNow(run))) return;
  insistOnLetGo(run, slots, replies, parseSide(run.lines, source, replies.slice(slots.length)));
}

function insistOnLetGo(run: Run, slots: readonly Slot[], replies: readonly Settled[], side: Side): void {
  for (const [i, slot] of slots.entries()) {
    const reply = replies[i];
    if (reply && !reply.ok && judgeReply(reply.error.message).kind === "stop")
      throw refusal(reply.error.message, run.source, slot);
  }
  const open = new Set(side.self.migrating.map(({ slot }) => slot));
  const kept = slots.find((slot) => hasSlot(side.self.ranges, slot) || open.has(slot));
  if (kept !== undefined) throw new Trouble(`slot ${kept} is not given up yet`, run.source);
}

/** What the source is told in the write that carries the first keys of another portion, and how its replies are read. */
export type Errand = {
  readonly commands: readonly Command[];
  /** `side`: the source after the write. */
  settle(replies: readonly Settled[], side: Side): Promise<void>;
};

export type Neighbours = {
  /** The target has them, and the source may be told so now (hearing.ts). */
  readonly leaving: readonly Hand[];
  /** The target is IMPORTING it; the source is told MIGRATING now. */
  readonly coming: Hand | undefined;
  /** Called for each when the source has let go of it. */
  readonly left: (gone: Hand) => Promise<void>;
};

/**
 * The source lets go of portions before, and opens the one after. MIGRATING goes a whole write ahead of the first
 * MIGRATE: no key leaves a slot of which the source has not said that it is migrating.
 */
export function errandOf(run: Run, { leaving, coming, left }: Neighbours): Errand | undefined {
  const gone = leaving.flatMap(({ slots }) => slots);
  const next = coming?.isImporting && !coming.opened ? coming.slots : [];
  if (gone.length + next.length === 0) return undefined;
  const tail = { count: next, list: [], most: 0, withSide: false };
  const opens = gone.length + next.length;
  return {
    commands: [...nodeCommands(gone, run.target), ...migratingCommands(run, next), ...tailCommands(tail)],
    settle: async (replies, side) => {
      if (gone.length > 0) {
        for (const { slots } of leaving) await run.at("after-node-source", slots[0]);
        insistOnLetGo(run, gone, replies, side);
        for (const one of leaving) await left(one);
      }
      if (!coming || next.length === 0) return;
      await run.at("after-migrating", next[0]);
      if (!replies.slice(gone.length, opens).every(({ ok }) => ok)) return;
      coming.opened = { ...parseTail(run.lines, run.source, tail, replies.slice(opens)), side };
    },
  };
}

/** The target's word for it: a source that loads the target's data cannot be asked. */
export async function isReplicaNow(run: Run): Promise<boolean> {
  const { nodes } = await readSide(run.lines, run.target);
  return nodes.some((node) => node.id === run.source && node.role === "replica");
}

function nodeCommands(slots: readonly Slot[], owner: NodeId) {
  return slots.map((slot) => ["CLUSTER", "SETSLOT", slot, "NODE", owner] as const);
}
