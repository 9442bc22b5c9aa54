import { z } from "zod";
import type { NodeId } from "@/lib/cluster/node";
import type { SlotRanges } from "@/lib/cluster/slots";
import type { Of } from "@/lib/of";

/**
 * Three ways of moving slots. setslot: SETSLOT and MIGRATE, which every server knows. valkey-asm: CLUSTER MIGRATESLOTS.
 * redis-asm: CLUSTER MIGRATION. In the two last the servers move a task's ranges by themselves, all or nothing.
 */
export const moveWays = ["setslot", "valkey-asm", "redis-asm"] as const;
export const moveWaySchema = z.enum(moveWays);
export type MoveWay = (typeof moveWays)[number];
export type AtomicWay = Exclude<MoveWay, "setslot">;

/** I17: one way for the whole operation, and the sentence that says why this one. */
export const movesBySchema = z.object({ way: moveWaySchema, why: z.string() });
export type MovesBy = Of<typeof movesBySchema>;

/** The command of a way, as preflight and sentences call it. */
export const commandOf: Readonly<Record<MoveWay, string>> = {
  setslot: "SETSLOT and MIGRATE",
  "valkey-asm": "CLUSTER MIGRATESLOTS",
  "redis-asm": "CLUSTER MIGRATION IMPORT",
};

/** Which end is told to start a task. */
export const drivenAt: Readonly<Record<AtomicWay, "source" | "target">> = {
  "valkey-asm": "source",
  "redis-asm": "target",
};

/** The command that starts a task. */
export function startWords(way: AtomicWay, ranges: SlotRanges, target: NodeId): readonly (string | number)[] {
  return way === "valkey-asm"
    ? ["CLUSTER", "MIGRATESLOTS", "SLOTSRANGE", ...ranges.flat(), "NODE", target]
    : ["CLUSTER", "MIGRATION", "IMPORT", ...ranges.flat()];
}
