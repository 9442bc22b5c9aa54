import type { Call, Command } from "../../command";
import { type ClusterNode, isReplica } from "../cluster-node";
import type { ClusterCore } from "../core";
import { follow } from "../roles";
import { CHANGING, nodeAt, refuse, slotAt, subcommand, textOf, wordOf } from "./subcommand";

const named = {
  name: "setslot",
  arity: -4,
  since: "3.0.0",
  summary: "Bind a hash slot to a specific node",
} as const;

/**
 * CLUSTER SETSLOT, by redis 7.0's rules: the open states stay with this node alone, and only NODE changes an owner. An importer
 * that becomes the owner takes a new epoch without asking: its claim has to stand above the old owner's.
 */
export const setSlotCommand = (core: ClusterCore): Command =>
  subcommand(CHANGING, named, (call) => {
    const { state } = core;
    if (isReplica(state.myself)) throw refuse("Please use SETSLOT only with masters.");
    const slot = slotAt(call, 2);
    const form = `${wordOf(call, 3)} ${call.args.length}`;
    if (form === "migrating 5") migrating(core, call, slot);
    else if (form === "importing 5") importing(core, call, slot);
    else if (form === "stable 4") {
      state.importingFrom.delete(slot);
      state.migratingTo.delete(slot);
    } else if (form === "node 5") assign(core, call, slot);
    else throw refuse("Invalid CLUSTER SETSLOT action or number of arguments. Try CLUSTER HELP");
    state.owe("save", "update");
    call.reply.ok();
  });

function migrating(core: ClusterCore, call: Call, slot: number): void {
  const { state } = core;
  if (state.slots[slot] !== state.myself) throw refuse(`I'm not the owner of hash slot ${slot}`);
  state.migratingTo.set(slot, partnerAt(core, call));
}

function importing(core: ClusterCore, call: Call, slot: number): void {
  const { state } = core;
  if (state.slots[slot] === state.myself) throw refuse(`I'm already the owner of hash slot ${slot}`);
  state.importingFrom.set(slot, partnerAt(core, call));
}

function partnerAt({ state }: ClusterCore, call: Call): ClusterNode {
  const node = state.nodes.get(textOf(call, 4));
  if (!node) throw refuse(`I don't know about node ${textOf(call, 4)}`);
  if (isReplica(node)) throw refuse("Target node is not a master");
  return node;
}

function assign(core: ClusterCore, call: Call, slot: number): void {
  const { state, settings, parts, bus } = core;
  const { myself } = state;
  const owner = nodeAt(core, call, 4);
  if (isReplica(owner)) throw refuse("Target node is not a master");
  const wasMine = state.slots[slot] === myself;
  const keys = parts.keyspace.first.countInSlot(slot);
  if (wasMine && owner !== myself && keys > 0)
    throw refuse(`Can't assign hashslot ${slot} to a different node while I still hold keys for this hash slot.`);
  if (keys === 0) state.migratingTo.delete(slot);
  state.take(slot);
  state.give(slot, owner);
  if (wasMine && owner !== myself && myself.slots.count === 0 && settings.allowsReplicaMigration) {
    const text = `Configuration change detected. Reconfiguring myself as a replica of ${owner.id}`;
    parts.world.log("warning", text);
    follow(core, owner);
  }
  if (owner !== myself || !state.importingFrom.has(slot)) return;
  if (state.bumpEpoch()) parts.world.log("warning", `configEpoch updated after importing slot ${slot}`);
  state.importingFrom.delete(slot);
  bus.pong("all");
}
