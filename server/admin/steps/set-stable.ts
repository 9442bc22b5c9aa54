import { eachSlot, formatRanges, hasSlot, rangesOf } from "@/lib/cluster/slots";
import { isUp, nodeName } from "@/lib/plans/members";
import type { StepOf } from "@/lib/plans/step";
import { refuse } from "@/server/refuse";
import { askAll, askView, ownLine } from "./ask";
import { done, type StepContext, type StepOutcome } from "./context";

/** I14, asked again right before: with the marks gone, keys on another primary than the owner are hidden. */
export async function setStable(step: StepOf<"set-stable">, context: StepContext): Promise<StepOutcome> {
  if ((await markedOn(step, context)).length === 0) return done();
  await checkStranded(step, context);
  const link = await context.link(step.nodeId);
  const slots = [...eachSlot(step.ranges)];
  const replies = await link.pipeline(slots.map((slot) => ["CLUSTER", "SETSLOT", slot, "STABLE"]));
  const refused = replies.find((reply) => !reply.ok);
  const node = context.name(step.nodeId);
  if (refused && !refused.ok)
    throw refuse("refused", "replyRefused", { node, command: "CLUSTER SETSLOT", reason: refused.error.message });
  const left = await markedOn(step, context);
  if (left.length > 0) throw refuse("refused", "slotsStillOpen", { node, slot: left[0] ?? 0, slots: left.length });
  return done();
}

async function markedOn(step: StepOf<"set-stable">, context: StepContext): Promise<readonly number[]> {
  const own = ownLine(await askView(await context.link(step.nodeId), step.nodeId, context.now()));
  return [...own.migrating, ...own.importing].map(({ slot }) => slot).filter((slot) => hasSlot(step.ranges, slot));
}

async function checkStranded({ ranges }: StepOf<"set-stable">, context: StepContext): Promise<void> {
  const { nodes } = await context.sweep();
  for (const node of nodes.filter((one) => one.role === "primary" && isUp(one))) {
    const strange = [...eachSlot(ranges)].filter((slot) => !hasSlot(node.ranges, slot));
    const link = await context.link(node.id);
    const counts = await askAll(
      link,
      strange.map((slot) => ["CLUSTER", "COUNTKEYSINSLOT", slot]),
    );
    const holding = strange.filter((_, i) => Number(counts[i]) > 0);
    if (holding.length > 0)
      throw refuse("refused", "keysStranded", { node: nodeName(node), slots: formatRanges(rangesOf(holding)) });
  }
}
