import type { NodeId } from "@/lib/cluster/node";
import type { SlotRanges } from "@/lib/cluster/slots";
import type { AtomicWay } from "@/lib/plans/way";
import { bulk } from "@/server/testing/scripted";

export type PlayedTask = {
  readonly id: string;
  readonly ranges: SlotRanges;
  readonly source: NodeId;
  readonly target: NodeId;
  state: string;
  message: string;
  retries: number;
  /** What it says at the next looks, `state` or `state: message`. */
  script: readonly string[];
};

/** The list of tasks as the servers were seen to send it over RESP2, field by field. */
export function listed(way: AtomicWay, tasks: readonly PlayedTask[], own: NodeId): string {
  const maps = tasks.map((task) => map(way === "valkey-asm" ? valkeyFields(task, own) : redisFields(task, own)));
  return `*${maps.length}\r\n${maps.join("")}`;
}

type Field = readonly [name: string, value: string | number];

const map = (fields: readonly Field[]): string =>
  `*${2 * fields.length}\r\n${fields.map(([name, value]) => bulk(name) + written(value)).join("")}`;
const written = (value: string | number): string => (typeof value === "number" ? `:${value}\r\n` : bulk(value));
const dashed = (ranges: SlotRanges): string => ranges.map(([first, last]) => `${first}-${last}`).join(" ");

function valkeyFields(task: PlayedTask, own: NodeId): readonly Field[] {
  return [
    ["name", task.id],
    ["operation", own === task.source ? "EXPORT" : "IMPORT"],
    ["slot_ranges", dashed(task.ranges)],
    ["target_node", task.target],
    ["source_node", task.source],
    ["create_time", 1_795_561_680],
    ["last_update_time", 1_795_561_680],
    ["last_ack_time", 1_795_561_680],
    ["state", task.state],
    ["message", task.message],
    ["cow_size", 0],
    ["remaining_repl_size", 0],
  ];
}

function redisFields(task: PlayedTask, own: NodeId): readonly Field[] {
  return [
    ["id", task.id],
    ["slots", dashed(task.ranges)],
    ["source", task.source],
    ["dest", task.target],
    ["operation", own === task.source ? "migrate" : "import"],
    ["state", task.state],
    ["last_error", task.message],
    ["retries", task.retries],
    ["create_time", 1_795_561_680_000],
    ["start_time", 1_795_561_680_001],
    ["end_time", 0],
    ["write_pause_ms", 0],
  ];
}
