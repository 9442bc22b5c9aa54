import { formatRanges } from "@/lib/cluster/slots";
import { nameOf } from "../members";
import type { Context } from "./context";
import { fails, failuresOr, passes, type Verdict } from "./line";

/** Rows about the way by which slots move. */

export function moveWay({ movesBy }: Context): readonly Verdict[] {
  return movesBy ? [passes("move-way", { why: movesBy.why, atomic: movesBy.way !== "setslot" })] : [];
}

/** Neither way goes beside a task of somebody else: the servers refuse one of the two, or fail it half-way. */
export function noForeignTask({ facts, involved, moves }: Context): readonly Verdict[] {
  if (moves.length === 0) return [];
  const failures = involved.flatMap((id) =>
    (facts.nodes[id]?.tasks ?? []).map((task) =>
      fails("no-foreign-task", {
        node: nameOf(facts.topology, id),
        task: task.id,
        ranges: formatRanges(task.ranges),
      }),
    ),
  );
  const asked = involved.some((id) => (facts.nodes[id]?.offers ?? []).length > 0);
  return asked ? failuresOr(failures, passes("no-foreign-task", {})) : [];
}
