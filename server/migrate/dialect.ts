import { asNodeId, type NodeId } from "@/lib/cluster/node";
import { parseRanges, type SlotRanges } from "@/lib/cluster/slots";
import type { AtomicWay } from "@/lib/plans/way";
import type { Command } from "@/server/link";

/**
 * How one family of servers speaks of moving slots by itself. A task is what the server calls a job or a task: so many
 * ranges from one primary to another, all or nothing. It is known at both ends, to each by the same id.
 */
export interface Dialect {
  readonly way: AtomicWay;
  /** What COMMAND INFO calls the command that starts a task. */
  readonly offeredAs: string;
  start(ranges: SlotRanges, target: NodeId): Command;
  /** Reads only. Tasks of now, and ended ones for as long as the server remembers them. */
  readonly list: Command;
  parse(reply: unknown): readonly AtomicTask[];
  /** The id, where the reply to `start` tells it. */
  idOf(reply: unknown): string | undefined;
  cancel(task: AtomicTask): Command;
  /** The cancel ends every task that the node gives slots by, whosever they are. */
  readonly cancelsAll: boolean;
  /** A node takes part in one task at a time; a second one has to wait. */
  readonly oneAtATime: boolean;
  /** A person, or a program that is not the server, ended it. */
  wasCancelledByHand(task: AtomicTask): boolean;
}

/**
 * retrying: it failed, and the server itself begins again. clearing: it failed, and what had come is being deleted.
 * Of these two and `running` a node is busy.
 */
export type TaskState = "running" | "retrying" | "clearing" | "done" | "failed" | "cancelled";

export type AtomicTask = {
  readonly id: string;
  readonly role: "gives" | "takes";
  readonly ranges: SlotRanges;
  readonly source: NodeId | undefined;
  readonly target: NodeId | undefined;
  readonly state: TaskState;
  /** The server's own words for the state, and for what went wrong. */
  readonly said: string;
  readonly message: string;
  readonly retries: number;
};

export const isBusy = ({ state }: AtomicTask): boolean =>
  state === "running" || state === "retrying" || state === "clearing";

export type TaskFields = ReadonlyMap<string, string>;

/** An array of maps, as RESP2 sends them: name and value by turns. Fields that are not known are left alone. */
export function readFields(reply: unknown): readonly TaskFields[] {
  if (!Array.isArray(reply)) return [];
  return reply.flatMap((one) => {
    if (!Array.isArray(one)) return [];
    const words = one.map(String);
    return [new Map(words.flatMap((word, i) => (i % 2 === 0 ? [[word, words[i + 1] ?? ""] as const] : [])))];
  });
}

export function nodeIn(fields: TaskFields, name: string): NodeId | undefined {
  const id = fields.get(name) ?? "";
  return /^[0-9a-f]{40}$/.test(id) ? asNodeId(id) : undefined;
}

/** `0-999 1100-1199`; a single slot may stand alone. */
export const rangesIn = (fields: TaskFields, name: string): SlotRanges => parseRanges(fields.get(name) ?? "") ?? [];
