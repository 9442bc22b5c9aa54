import type { NodeId } from "@/lib/cluster/node";
import { hasSlot, type Slot } from "@/lib/cluster/slots";
import { isReplicaNow } from "./finish";
import type { Run } from "./run";
import { readSide, type Side } from "./sides";
import { stop, Trouble } from "./stop";

/** How far each slot of a window has come, by the own lines of source and target (FAULTS 2.4). */
export type Truth = {
  /** The target's, and the source knows it. */
  readonly moved: readonly Slot[];
  /** The target's, but one side still shows a flag or the old owner. */
  readonly taken: readonly Slot[];
  /** The source has given it away, the target does not know: somebody told the source first. */
  readonly given: readonly Slot[];
  /** The source's and open on a side: half-moved. */
  readonly open: readonly Slot[];
  /** The source's, without any flag. */
  readonly closed: readonly Slot[];
};

type Fate = keyof Truth;

export async function readTruth(run: Run, slots: readonly Slot[]): Promise<Truth> {
  const target = await readSide(run.lines, run.target);
  const source = await readSourceSide(run);
  const flagged = new Set([
    ...target.self.importing.map(({ slot }) => slot),
    ...(source?.self.migrating.map(({ slot }) => slot) ?? []),
  ]);
  const truth: Record<Fate, Slot[]> = { moved: [], taken: [], given: [], open: [], closed: [] };
  for (const slot of slots) truth[fateOf({ run, slot, source, target, isOpen: flagged.has(slot) })].push(slot);
  return truth;
}

type FateInput = {
  readonly run: Run;
  readonly slot: Slot;
  readonly source: Side | undefined;
  readonly target: Side;
  readonly isOpen: boolean;
};

function fateOf({ run, slot, source, target, isOpen }: FateInput): Fate {
  const sourceOwns = source !== undefined && hasSlot(source.self.ranges, slot);
  if (hasSlot(target.self.ranges, slot)) return sourceOwns || isOpen ? "taken" : "moved";
  if (sourceOwns) return isOpen ? "open" : "closed";
  const owner = source ? ownerIn(source, slot) : ownerIn(target, slot);
  if (owner === run.target) return "given";
  const heldBy = owner ?? ownerIn(target, slot);
  if (heldBy === undefined || heldBy === run.source)
    throw new Trouble(`nobody answers for slot ${slot} yet`, run.source);
  const details = { slot, expected: run.source, node: heldBy };
  throw stop("foreign-change", "foreignOwner", details, { nodeId: heldBy, slot });
}

function ownerIn({ nodes }: Side, slot: Slot): NodeId | undefined {
  return nodes.find((node) => node.role === "primary" && hasSlot(node.ranges, slot))?.id;
}

/** Undefined: the source is the target's replica now and still loads, so it owns nothing. */
async function readSourceSide(run: Run): Promise<Side | undefined> {
  try {
    return await readSide(run.lines, run.source);
  } catch (error) {
    if (error instanceof Trouble && error.message.startsWith("LOADING") && (await isReplicaNow(run))) return undefined;
    throw error;
  }
}
