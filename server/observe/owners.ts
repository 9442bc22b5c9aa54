import type { ClusterId, NodeId } from "@/lib/cluster/node";
import { eachSlot, intersectRanges, type Slot, type SlotRanges } from "@/lib/cluster/slots";
import { OpsError } from "@/lib/errors";
import type { Command, Reply } from "@/server/link";
import type { Observer } from "./observer";

const AT_ONCE = 8;
/** Commands in one write: small enough that a node is never busy with us for more than a millisecond or two. */
const BATCH = 500;

export type OwnedSlots = { readonly owner: NodeId; readonly slots: readonly Slot[] };

/** Who answers for which of the slots, as the picture has it now. */
export function ownedSlots(observer: Observer, id: ClusterId, ranges: SlotRanges): readonly OwnedSlots[] {
  const { topology } = observer.snapshot(id);
  if (!topology)
    throw new OpsError({
      code: "unreachable",
      sentence: "nobodyAnswers",
      message: `No node of ${id} answers.`,
      details: { cluster: id },
    });
  return topology.shards.flatMap((shard) => {
    const slots = [...eachSlot(intersectRanges(shard.ranges, ranges))];
    return slots.length > 0 ? [{ owner: shard.primaryId, slots }] : [];
  });
}

/** Asks owners side by side, a few at a time. One that fails gives `undefined`; the others go on. */
export async function askOwners<T>(
  owners: readonly OwnedSlots[],
  ask: (owned: OwnedSlots) => Promise<T>,
): Promise<readonly (T | undefined)[]> {
  const results: (T | undefined)[] = new Array(owners.length).fill(undefined);
  let next = 0;
  const worker = async () => {
    for (let at = next++; at < owners.length; at = next++) {
      const owned = owners[at];
      if (owned) results[at] = await ask(owned).catch(() => undefined);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, owners.length) }, worker));
  return results;
}

/** Sends read commands in batches over the node's shared reading link. A refused one is `undefined`. */
export async function readMany(
  { observer, id, node }: { readonly observer: Observer; readonly id: ClusterId; readonly node: NodeId },
  commands: readonly Command[],
  options: { readonly buffers: boolean },
): Promise<readonly Reply[]> {
  const link = await observer.link(id, node);
  const replies: Reply[] = [];
  for (let at = 0; at < commands.length; at += BATCH)
    for (const settled of await link.pipeline(commands.slice(at, at + BATCH), options))
      replies.push(settled.ok ? settled.value : undefined);
  return replies;
}
