import { formatEndpoint, type View } from "@/lib/cluster/node";
import { eachSlot, formatRanges, intersectRanges, rangesOf, subtractRanges } from "@/lib/cluster/slots";
import type { StepOf } from "@/lib/plans/step";
import { type Link, NodeReplyError } from "@/server/link";
import { refuse } from "@/server/refuse";
import { askView, countKeys, ownLine } from "./ask";
import { done, type StepContext, type StepOutcome } from "./context";

/** Slots for one ADDSLOTS, before 7.0. */
const CHUNK = 4096;

/**
 * A fresh node is empty and knows nobody, so that no other owner can lose a slot by this. A member takes only slots that
 * no view gives to anybody.
 */
export async function addSlots(step: StepOf<"add-slots">, context: StepContext): Promise<StepOutcome> {
  const link = await context.link(step.node.id);
  const node = formatEndpoint(step.node.endpoint);
  const view = await askView(link, step.node.id, context.now());
  const missing = [...eachSlot(subtractRanges(step.ranges, ownLine(view).ranges))];
  if (missing.length === 0) return done();
  if (step.member) await checkUnowned(step, context);
  else await checkFresh(view, link, node);
  try {
    const ranges = rangesOf(missing);
    const [settled] = await link.pipeline([["CLUSTER", "ADDSLOTSRANGE", ...ranges.flat()]]);
    if (settled?.ok === false && !/unknown subcommand/i.test(settled.error.message)) throw settled.error;
    if (settled?.ok) return done();
    for (let at = 0; at < missing.length; at += CHUNK)
      await link.call(["CLUSTER", "ADDSLOTS", ...missing.slice(at, at + CHUNK)]);
  } catch (error) {
    if (error instanceof NodeReplyError) throw refuse("refused", "slotsTaken", { node, reason: error.message }, error);
    throw error;
  }
  return done();
}

async function checkFresh(view: View, link: Link, node: string): Promise<void> {
  const others = view.nodes.filter((one) => !one.isMyself).length;
  if (others > 0) throw refuse("refused", "candidateKnows", { node, nodes: others });
  const keys = await countKeys(link);
  if (keys > 0) throw refuse("refused", "candidateHasKeys", { node, keys });
}

async function checkUnowned({ node, ranges }: StepOf<"add-slots">, context: StepContext): Promise<void> {
  const { views } = await context.look();
  for (const view of views) {
    const owner = view.nodes.find((one) => one.id !== node.id && intersectRanges(one.ranges, ranges).length > 0);
    if (owner?.role !== "primary") continue;
    const owned = formatRanges(intersectRanges(owner.ranges, ranges));
    throw refuse("refused", "slotsChanged", { ranges: owned, node: context.name(owner.id) });
  }
}
