import { startWords } from "@/lib/plans/way";
import { atomicMover } from "./atomic";
import {
  type AtomicTask,
  type Dialect,
  nodeIn,
  rangesIn,
  readFields,
  type TaskFields,
  type TaskState,
} from "./dialect";

/**
 * Redis 8.4: the target is told, and answers the task's id. A node takes part in one task at a time. The target begins
 * a failed task again every second without end; the source keeps what it knows of a failed one until the next.
 */
export const redisDialect: Dialect = {
  way: "redis-asm",
  offeredAs: "CLUSTER|MIGRATION",
  start: (ranges, target) => startWords("redis-asm", ranges, target),
  list: ["CLUSTER", "MIGRATION", "STATUS", "ALL"],
  parse: (reply) => readFields(reply).map(taskOf),
  idOf: (reply) => (Buffer.isBuffer(reply) || typeof reply === "string" ? String(reply) : undefined),
  cancel: ({ id }) => ["CLUSTER", "MIGRATION", "CANCEL", "ID", id],
  cancelsAll: false,
  oneAtATime: true,
  wasCancelledByHand: ({ state, message }) => state === "cancelled" && /user request/i.test(message),
};

function stateOf(said: string, role: AtomicTask["role"]): TaskState {
  if (said === "completed") return "done";
  if (said === "canceled") return "cancelled";
  if (said === "failed") return role === "takes" ? "retrying" : "failed";
  return "running";
}

function taskOf(fields: TaskFields): AtomicTask {
  const said = fields.get("state") ?? "";
  const role = fields.get("operation") === "migrate" ? "gives" : "takes";
  return {
    id: fields.get("id") ?? "",
    role,
    ranges: rangesIn(fields, "slots"),
    source: nodeIn(fields, "source"),
    target: nodeIn(fields, "dest"),
    state: stateOf(said, role),
    said,
    message: fields.get("last_error") ?? "",
    retries: Number(fields.get("retries") ?? 0),
  };
}

export const redisAsmMover = atomicMover(redisDialect);
