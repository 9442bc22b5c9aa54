import { SLOT_COUNT } from "@/lib/cluster/slots";
import { type Call, type Command, CommandError } from "../../command";
import type { ClusterCore } from "../core";
import { CHANGING, refuse, slotAt, subcommand } from "./subcommand";

/** ADDSLOTS, DELSLOTS, their ranges and FLUSHSLOTS: what this node says it owns, without asking anybody. */
export function slotCommands(core: ClusterCore): readonly Command[] {
  const add = { name: "addslots", arity: -3, since: "3.0.0", summary: "Assign new hash slots to receiving node" };
  const del = { name: "delslots", arity: -3, since: "3.0.0", summary: "Set hash slots as unbound in receiving node" };
  const addRange = { ...add, name: "addslotsrange", arity: -4, since: "7.0.0" };
  const delRange = { ...del, name: "delslotsrange", arity: -4, since: "7.0.0" };
  const flush = {
    name: "flushslots",
    arity: 2,
    since: "3.0.0",
    summary: "Delete a node's own slots information",
  };
  return [
    subcommand(CHANGING, add, (call) => change(core, call, { isAdded: true, slots: singles(call) })),
    subcommand(CHANGING, del, (call) => change(core, call, { isAdded: false, slots: singles(call) })),
    subcommand(CHANGING, addRange, (call) => change(core, call, { isAdded: true, slots: ranges(call) })),
    subcommand(CHANGING, delRange, (call) => change(core, call, { isAdded: false, slots: ranges(call) })),
    subcommand(CHANGING, flush, (call) => {
      if (core.parts.keyspace.first.size > 0) throw refuse("DB must be empty to perform CLUSTER FLUSHSLOTS.");
      core.state.takeAll(core.state.myself);
      core.state.owe("update", "save");
      call.reply.ok();
    }),
  ];
}

/** All of them are read before the first is judged. */
const singles = (call: Call): Iterable<number> => call.args.slice(2).map((_, at) => slotAt(call, at + 2));

function* ranges(call: Call): Iterable<number> {
  if (call.args.length % 2 === 1) {
    const name = call.args[1]?.toString("latin1").toLowerCase();
    throw new CommandError(`ERR wrong number of arguments for 'cluster|${name}' command`);
  }
  for (let at = 2; at < call.args.length; at += 2) {
    const first = slotAt(call, at);
    const last = slotAt(call, at + 1);
    if (first > last) throw refuse(`start slot number ${first} is greater than end slot number ${last}`);
    for (let slot = first; slot <= last; slot++) yield slot;
  }
}

function change(
  { state }: ClusterCore,
  call: Call,
  { isAdded, slots }: { readonly isAdded: boolean; readonly slots: Iterable<number> },
): void {
  const wanted = new Set<number>();
  for (const slot of slots) {
    const isOwned = slot < SLOT_COUNT && state.slots[slot] !== undefined;
    if (isAdded && isOwned) throw refuse(`Slot ${slot} is already busy`);
    if (!isAdded && !isOwned) throw refuse(`Slot ${slot} is already unassigned`);
    if (wanted.has(slot)) throw refuse(`Slot ${slot} specified multiple times`);
    wanted.add(slot);
  }
  for (const slot of wanted) {
    state.importingFrom.delete(slot);
    if (isAdded) state.give(slot, state.myself);
    else state.take(slot);
  }
  state.owe("update", "save");
  call.reply.ok();
}
