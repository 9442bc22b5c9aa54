import type { NodeId, ViewNode } from "@/lib/cluster/node";
import { eachSlot, formatRanges, hasSlot, intersectRanges, type Slot, subtractRanges } from "@/lib/cluster/slots";
import type { StepOf } from "@/lib/plans/step";
import { type Command, type Link, NodeReplyError } from "@/server/link";
import { refuse } from "@/server/refuse";
import { askAll, askView, ownLine } from "./ask";
import { done, type StepContext, type StepOutcome } from "./context";
import { waitFor } from "./wait";

const SEEN_MS = 20_000;
const SLOTS_A_WRITE = 256;

/**
 * One owner for slots that several claim, or none, or a dead one. A node that believes it owns a slot and holds keys of
 * it erases them when it hears of a higher claim (I1). So, in this order:
 *
 * 1. Nobody but `yields` and the node itself claims them, and nobody disputes another slot of it: its epoch will rise.
 * 2. Each of `yields` becomes no owner: DELSLOTS (NODE is refused while it holds keys; DELSLOTS leaves them), NODE to
 *    the winner, IMPORTING from it, so that it listens to no gossip about them. Its keys wait to be gathered.
 * 3. IMPORTING, then NODE at the winner: by this it rises above all epochs that it knows. One that had them rises by
 *    BUMPEPOCH where somebody else is believed to own them with an epoch as high.
 * 4. Whoever names another owner is told by NODE, until every view that answers names this one. Flags on nodes that
 *    hold no keys of a slot are cleared.
 */
export async function assignSlots(step: StepOf<"assign-slots">, context: StepContext): Promise<StepOutcome> {
  await insistOnClaims(step, context);
  const first = step.ranges[0]?.[0] ?? 0;
  for (const id of step.yields) {
    await giveUp(step, id, context);
    await context.hook?.("after-node-source", first);
  }
  await take(step, context);
  await context.hook?.("after-node-target", first);
  await awaitSeen(step, context);
  await context.hook?.("after-settle", first);
  await clearEmpty(step, context);
  return done();
}

async function insistOnClaims(step: StepOf<"assign-slots">, context: StepContext): Promise<void> {
  const { views } = await context.look();
  const lines = views.map(ownLine).filter((line) => line.role === "primary" && line.id !== step.nodeId);
  const own = views.find((view) => view.from === step.nodeId);
  const node = context.name(step.nodeId);
  if (!own || ownLine(own).role !== "primary") throw refuse("refused", "assignNotPrimary", { node });
  const mine = subtractRanges(ownLine(own).ranges, step.ranges);
  for (const line of lines) {
    const taken = step.yields.includes(line.id) ? [] : intersectRanges(line.ranges, step.ranges);
    const disputed = [...taken, ...intersectRanges(line.ranges, mine)];
    if (disputed.length === 0) continue;
    throw refuse("refused", "assignDisputed", { node, other: context.name(line.id), ranges: formatRanges(disputed) });
  }
}

async function giveUp(step: StepOf<"assign-slots">, id: NodeId, context: StepContext): Promise<void> {
  const link = await context.link(id);
  const own = ownLine(await askView(link, id, context.now()));
  const slots = [...eachSlot(intersectRanges(own.ranges, step.ranges))];
  await inParts(slots, (slot) => [
    ["CLUSTER", "DELSLOTS", slot],
    ["CLUSTER", "SETSLOT", slot, "NODE", step.nodeId],
    ["CLUSTER", "SETSLOT", slot, "IMPORTING", step.nodeId],
  ])(link, context.name(id));
}

async function take(step: StepOf<"assign-slots">, context: StepContext): Promise<void> {
  const { nodeId, ranges } = step;
  const link = await context.link(nodeId);
  const view = await askView(link, nodeId, context.now());
  const missing = [...eachSlot(subtractRanges(ranges, ownLine(view).ranges))];
  const from = step.yields[0] ?? view.nodes.find((one) => one.role === "primary" && !one.isMyself)?.id;
  await inParts(missing, (slot) => [
    ...(from === undefined ? [] : [["CLUSTER", "SETSLOT", slot, "IMPORTING", from] as const]),
    ["CLUSTER", "SETSLOT", slot, "NODE", nodeId],
  ])(link, context.name(nodeId));
  const { epoch, rival } = await epochsOf(step, context);
  if (epoch <= rival) await inParts([0], () => [["CLUSTER", "BUMPEPOCH"]])(link, context.name(nodeId));
}

/** The node's epoch, and the highest of those whom anybody believes to own one of the slots. */
async function epochsOf({ nodeId, ranges }: StepOf<"assign-slots">, context: StepContext) {
  const { views } = await context.look();
  const rivals = views
    .flatMap((view) => view.nodes)
    .filter((line) => line.id !== nodeId && intersectRanges(line.ranges, ranges).length > 0);
  const own = views.find((view) => view.from === nodeId);
  return {
    epoch: own ? ownLine(own).configEpoch : 0,
    rival: Math.max(-1, ...rivals.map((line) => line.configEpoch)),
  };
}

async function awaitSeen(step: StepOf<"assign-slots">, context: StepContext): Promise<void> {
  const { nodeId, ranges } = step;
  let unaware: readonly NodeId[] = [];
  const seen = await waitFor(context, {
    deadlineMs: SEEN_MS,
    everyMs: 200,
    uninterrupted: true,
    ask: async () => {
      const { views } = await context.look();
      const apart = views.flatMap((view) => {
        const line = view.nodes.find((one) => one.id === nodeId);
        const missing = subtractRanges(ranges, line?.ranges ?? []);
        return missing.length > 0 ? [{ own: ownLine(view), missing }] : [];
      });
      unaware = apart.map(({ own }) => own.id);
      for (const { own, missing } of apart) await tell(own, [...eachSlot(missing)], step, context);
      return apart.length === 0;
    },
  });
  if (seen) return;
  const nodes = unaware.map((id) => context.name(id));
  throw refuse("timed_out", "assignNotSeen", { node: context.name(nodeId), nodes, afterMs: SEEN_MS });
}

/** Replicas hear it from gossip; the node itself is not told what it has lost again, but takes it again. */
async function tell(
  own: ViewNode,
  slots: readonly Slot[],
  step: StepOf<"assign-slots">,
  context: StepContext,
): Promise<void> {
  if (own.role === "replica") return;
  if (own.id === step.nodeId) return take(step, context);
  const link = await context.link(own.id);
  await inParts(slots, (slot) => [["CLUSTER", "SETSLOT", slot, "NODE", step.nodeId]])(link, context.name(own.id));
}

async function clearEmpty({ ranges }: StepOf<"assign-slots">, context: StepContext): Promise<void> {
  const { views } = await context.look();
  for (const line of views.map(ownLine)) {
    if (line.role === "replica") continue;
    const open = [...new Set([...line.migrating, ...line.importing].map(({ slot }) => slot))];
    const mine = open.filter((slot) => hasSlot(ranges, slot));
    if (mine.length === 0) continue;
    const link = await context.link(line.id);
    const counts = await askAll(
      link,
      mine.map((slot) => ["CLUSTER", "COUNTKEYSINSLOT", slot]),
    );
    const empty = mine.filter((slot, i) => Number(counts[i]) === 0 || hasSlot(line.ranges, slot));
    await inParts(empty, (slot) => [["CLUSTER", "SETSLOT", slot, "STABLE"]])(link, context.name(line.id));
  }
}

/** So many slots a write, each reply looked at: the first refusal is the step's. */
export function inParts(slots: readonly Slot[], commandsOf: (slot: Slot) => readonly Command[]) {
  return async (link: Link, node: string): Promise<void> => {
    for (let at = 0; at < slots.length; at += SLOTS_A_WRITE) {
      const commands = slots.slice(at, at + SLOTS_A_WRITE).flatMap(commandsOf);
      const replies = await link.pipeline(commands);
      const refused = replies.findIndex((reply) => !reply.ok);
      const reply = replies[refused];
      if (!reply || reply.ok) continue;
      if (!(reply.error instanceof NodeReplyError)) throw reply.error;
      const command = (commands[refused] ?? []).slice(0, 4).join(" ");
      throw refuse("refused", "replyRefused", { node, command, reason: reply.error.message }, reply.error);
    }
  };
}
