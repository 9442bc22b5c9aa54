import { SLOT_COUNT } from "@/lib/cluster/slots";
import { type Call, type Command, CommandError, type CommandFlag, notInteger } from "../../command";
import type { ClusterNode } from "../cluster-node";
import type { ClusterCore } from "../core";

export const CHANGING: readonly CommandFlag[] = ["admin", "stale", "no_async_loading"];
export const READING: readonly CommandFlag[] = ["stale"];
export const ASKING_ADMIN: readonly CommandFlag[] = ["admin", "stale"];

export function subcommand(
  flags: readonly CommandFlag[],
  named: Pick<Command, "name" | "arity" | "since" | "summary">,
  run: (call: Call) => void,
): Command {
  return { ...named, flags, group: "cluster", run };
}

export const refuse = (text: string) => new CommandError(`ERR ${text}`);
export const textOf = (call: Call, at: number): string => call.args[at]?.toString("latin1") ?? "";
export const wordOf = (call: Call, at: number): string => textOf(call, at).toLowerCase();

/** What redis takes for a 64-bit integer; undefined: it is none. */
export function integerOf(text: string): number | undefined {
  if (!/^(0|-?[1-9]\d{0,18})$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}

export function integerAt(call: Call, at: number): number {
  const value = integerOf(textOf(call, at));
  if (value === undefined) throw notInteger();
  return value;
}

export function slotAt(call: Call, at: number): number {
  const slot = integerOf(textOf(call, at));
  if (slot === undefined || slot < 0 || slot >= SLOT_COUNT) throw refuse("Invalid or out of range slot");
  return slot;
}

export function nodeAt({ state }: ClusterCore, call: Call, at: number): ClusterNode {
  const node = state.nodes.get(textOf(call, at));
  if (!node) throw refuse(`Unknown node ${textOf(call, at)}`);
  return node;
}
