import type { Command } from "./link-wire";

/**
 * Valkey holds each SETSLOT until its replicas have it, and meanwhile leaves what it has not read of a write (it reads
 * 16 KB) where it is: the rest of 256 in one write waited until something else came. 128 are 13 KB.
 */
const SETSLOTS_A_WRITE = 128;

export function writesOf(commands: readonly Command[]): readonly (readonly Command[])[] {
  const isSetSlot = ([name, sub]: Command) => name === "CLUSTER" && sub === "SETSLOT";
  if (commands.length <= SETSLOTS_A_WRITE || !commands.some(isSetSlot)) return [commands];
  const writes = Math.ceil(commands.length / SETSLOTS_A_WRITE);
  return Array.from({ length: writes }, (_, i) => commands.slice(i * SETSLOTS_A_WRITE, (i + 1) * SETSLOTS_A_WRITE));
}

/** Asks what SETSLOT takes. Where it takes a TIMEOUT it waits for replicas. */
export const SETSLOT_DOCS: Command = ["COMMAND", "DOCS", "cluster|setslot"];

export function takesTimeout(docs: unknown): boolean {
  return /\btimeout\b/i.test(JSON.stringify(docs));
}
