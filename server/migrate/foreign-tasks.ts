import type { NodeId } from "@/lib/cluster/node";
import { formatRanges, subtractRanges } from "@/lib/cluster/slots";
import { type AtomicTask, isBusy } from "./dialect";
import type { MoveJob } from "./mover";
import { type MoveStop, stop } from "./stop";

export function isOurs(task: AtomicTask, { ranges, operationRanges = ranges }: MoveJob): boolean {
  return subtractRanges(task.ranges, operationRanges).length === 0;
}

/** A task that this operation did not start: not waited for, because nobody here knows what it is for. */
export function foreignTask(job: MoveJob, node: NodeId, tasks: readonly AtomicTask[]): MoveStop | undefined {
  const task = tasks.find((one) => isBusy(one) && !isOurs(one, job));
  if (!task) return undefined;
  const details = { node, ranges: formatRanges(task.ranges), task: task.id };
  return stop("foreign-change", "foreignTask", details, { nodeId: node });
}
