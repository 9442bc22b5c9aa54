import type { NodeId, View } from "@/lib/cluster/node";
import { eachSlot, formatRanges, intersectRanges, type SlotRanges } from "@/lib/cluster/slots";
import type { StepOf } from "@/lib/plans/step";
import { NodeReplyError } from "@/server/link";
import { refuse } from "@/server/refuse";
import { done, type StepContext, type StepOutcome } from "./context";
import { waitFor } from "./wait";

/** A message of the owner that was on its way may give a slot back to it in another view; it is told again. */
const ALL_MS = 15_000;
const SLOTS_A_CALL = 4096;

/** Every view that answers forgets the owner of these slots: the owner's own first, then the others, until none is left. */
export async function delSlots(step: StepOf<"del-slots">, context: StepContext): Promise<StepOutcome> {
  let listers: readonly NodeId[] = [];
  const gone = await waitFor(context, {
    deadlineMs: ALL_MS,
    everyMs: 200,
    uninterrupted: true,
    ask: async () => {
      const { views } = await context.look();
      checkOwner(step, views, context);
      const claims = views
        .map((view) => ({ from: view.from, ranges: claimedIn(view, step.ranges) }))
        .filter(({ ranges }) => ranges.length > 0)
        .sort((a, b) => Number(b.from === step.nodeId) - Number(a.from === step.nodeId));
      listers = claims.map(({ from }) => from);
      for (const { from, ranges } of claims) await tell(from, ranges, context);
      return claims.length === 0;
    },
  });
  if (gone) return done();
  const nodes = listers.map((id) => context.name(id));
  throw refuse("timed_out", "slotsStillOwned", { ranges: formatRanges(step.ranges), nodes, afterMs: ALL_MS });
}

/** Slots that went to somebody else since the plan was made are not taken from them. */
function checkOwner({ nodeId, ranges }: StepOf<"del-slots">, views: readonly View[], context: StepContext): void {
  for (const view of views) {
    const own = view.nodes.find((node) => node.isMyself);
    if (!own || own.id === nodeId || own.role !== "primary") continue;
    const foreign = intersectRanges(own.ranges, ranges);
    if (foreign.length > 0)
      throw refuse("refused", "slotsChanged", { ranges: formatRanges(foreign), node: context.name(own.id) });
  }
}

/** Which of these slots a view gives to a primary. */
export const claimedIn = (view: View, ranges: SlotRanges): SlotRanges =>
  intersectRanges(
    view.nodes.filter((node) => node.role === "primary").flatMap((node) => node.ranges),
    ranges,
  );

async function tell(id: NodeId, ranges: SlotRanges, context: StepContext): Promise<void> {
  const link = await context.link(id);
  const slots = [...eachSlot(ranges)];
  for (let at = 0; at < slots.length; at += SLOTS_A_CALL)
    await link.call(["CLUSTER", "DELSLOTS", ...slots.slice(at, at + SLOTS_A_CALL)]).catch((error: unknown) => {
      if (!(error instanceof NodeReplyError) || !/already unassigned/i.test(error.message)) throw error;
    });
}
