import type { NodeId } from "@/lib/cluster/node";
import { eachSlot, hasSlot, intersectRanges, rangesOf, type Slot } from "@/lib/cluster/slots";
import type { StepOf } from "@/lib/plans/step";
import { refuse } from "@/server/refuse";
import { askAll, askView, ownLine } from "./ask";
import { inParts } from "./assign-slots";
import { done, type StepContext, type StepOutcome } from "./context";
import { gatherKeys } from "./gather-keys";
import { waitFor } from "./wait";

const CLEARED_MS = 10_000;

/**
 * STABLE where a flag stands, owner first, when no key lies behind it (I14). Counted before; and again after the last
 * flag is gone, because until then a client that had been sent on by ASK could still write to the other side. What came
 * in between goes to the owner.
 */
export async function clearFlags(step: StepOf<"clear-flags">, context: StepContext): Promise<StepOutcome> {
  for (const id of step.empty) {
    const [held] = await holding(id, [...eachSlot(step.ranges)], context);
    if (held) throw refuse("refused", "clearStranded", { node: context.name(id), ...held });
  }
  for (const id of step.through ? [step.through] : step.flagged) {
    const open = step.through ? [...eachSlot(step.ranges)] : await openOn(id, step, context);
    const stable = inParts(open, (slot) => [["CLUSTER", "SETSLOT", slot, "STABLE"]]);
    await stable(await context.link(id), context.name(id));
    await context.hook?.("after-settle", step.ranges[0]?.[0] ?? 0);
  }
  await awaitCleared(step, context);
  for (const id of step.empty) {
    const late = await holding(id, [...eachSlot(step.ranges)], context);
    if (late.length > 0) return bringHome(id, rangesOf(late.map(({ slot }) => slot)), step, context);
  }
  return done();
}

async function bringHome(
  from: NodeId,
  ranges: StepOf<"clear-flags">["ranges"],
  step: StepOf<"clear-flags">,
  context: StepContext,
): Promise<StepOutcome> {
  const { nodes } = await context.sweep();
  const owner = nodes.find((node) => node.role === "primary" && intersectRanges(node.ranges, ranges).length > 0);
  if (!owner) return done();
  return gatherKeys(
    { kind: "gather-keys", id: step.id, phase: step.phase, from, to: owner.id, ranges, way: "move" },
    context,
  );
}

async function openOn(id: NodeId, { ranges }: StepOf<"clear-flags">, context: StepContext): Promise<readonly Slot[]> {
  const own = ownLine(await askView(await context.link(id), id, context.now()));
  const open = [...own.migrating, ...own.importing].map(({ slot }) => slot);
  return [...new Set(open)].filter((slot) => hasSlot(ranges, slot));
}

type Held = { readonly slot: Slot; readonly keys: number };

async function holding(id: NodeId, slots: readonly Slot[], context: StepContext): Promise<readonly Held[]> {
  const counts = await askAll(
    await context.link(id),
    slots.map((slot) => ["CLUSTER", "COUNTKEYSINSLOT", slot]),
  );
  return slots.map((slot, i) => ({ slot, keys: Number(counts[i]) })).filter(({ keys }) => keys > 0);
}

async function awaitCleared(step: StepOf<"clear-flags">, context: StepContext): Promise<void> {
  let left: readonly NodeId[] = [];
  const cleared = await waitFor(context, {
    deadlineMs: CLEARED_MS,
    uninterrupted: true,
    ask: async () => {
      const open = await Promise.all(step.flagged.map(async (id) => (await openOn(id, step, context)).length));
      left = step.flagged.filter((_, i) => (open[i] ?? 0) > 0);
      return left.length === 0;
    },
  });
  if (cleared) return;
  throw refuse("timed_out", "flagStays", { nodes: left.map((id) => context.name(id)), afterMs: CLEARED_MS });
}
