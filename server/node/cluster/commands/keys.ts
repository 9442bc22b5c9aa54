import { SLOT_COUNT } from "@/lib/cluster/slots";
import { type Call, type Command, keyOf } from "../../command";
import { slotOf } from "../../keyspace/database";
import type { ClusterCore } from "../core";
import { integerAt, READING, refuse, subcommand } from "./subcommand";

/** Which keys this node holds, slot by slot. */
export function keyCommands(core: ClusterCore): readonly Command[] {
  const count = {
    name: "countkeysinslot",
    arity: 3,
    since: "3.0.0",
    summary: "Return the number of local keys in the specified hash slot",
  };
  const get = {
    ...count,
    name: "getkeysinslot",
    arity: 4,
    summary: "Return local key names in the specified hash slot",
  };
  const slot = { ...count, name: "keyslot", summary: "Returns the hash slot of the specified key" };
  return [
    subcommand(READING, slot, (call) => call.reply.integer(slotOf(keyOf(call.args[2])))),
    subcommand(READING, count, (call) => {
      const wanted = integerAt(call, 2);
      if (wanted < 0 || wanted >= SLOT_COUNT) throw refuse("Invalid slot");
      call.reply.integer(core.parts.keyspace.first.countInSlot(wanted));
    }),
    subcommand(READING, get, (call) => listKeys(core, call)),
  ];
}

function listKeys({ parts }: ClusterCore, call: Call): void {
  const slot = integerAt(call, 2);
  const most = integerAt(call, 3);
  if (slot < 0 || slot >= SLOT_COUNT || most < 0) throw refuse("Invalid slot or number of keys");
  const keys = parts.keyspace.first.slot(slot)?.keys() ?? [];
  let left = Math.min(most, parts.keyspace.first.countInSlot(slot));
  call.reply.array(left);
  for (const key of keys) {
    if (left-- <= 0) break;
    call.reply.bulk(key);
  }
}
