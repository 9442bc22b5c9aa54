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
 * Valkey 9: the source is told, and answers OK alone; the id is found in the list of either end. Several tasks may
 * leave a node at once. What it remembers of ended ones is in memory, gone with a restart.
 */
export const valkeyDialect: Dialect = {
  way: "valkey-asm",
  offeredAs: "CLUSTER|MIGRATESLOTS",
  start: (ranges, target) => startWords("valkey-asm", ranges, target),
  list: ["CLUSTER", "GETSLOTMIGRATIONS"],
  parse: (reply) => readFields(reply).map(taskOf),
  idOf: () => undefined,
  cancel: () => ["CLUSTER", "CANCELSLOTMIGRATIONS"],
  cancelsAll: true,
  oneAtATime: false,
  wasCancelledByHand: ({ state }) => state === "cancelled",
};

/** Whatever is not an end is under way: later versions may have more states on the way. */
const ends: Readonly<Record<string, TaskState | undefined>> = {
  success: "done",
  failed: "failed",
  cancelled: "cancelled",
  "cleaning-up": "clearing",
};

function taskOf(fields: TaskFields): AtomicTask {
  const said = fields.get("state") ?? "";
  return {
    id: fields.get("name") ?? "",
    role: fields.get("operation")?.toUpperCase() === "EXPORT" ? "gives" : "takes",
    ranges: rangesIn(fields, "slot_ranges"),
    source: nodeIn(fields, "source_node"),
    target: nodeIn(fields, "target_node"),
    state: ends[said] ?? "running",
    said,
    message: fields.get("message") ?? "",
    retries: 0,
  };
}

export const valkeyAsmMover = atomicMover(valkeyDialect);
