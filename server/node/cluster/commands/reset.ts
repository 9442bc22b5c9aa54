import { type Call, syntaxError } from "../../command";
import { isPrimary, isReplica } from "../cluster-node";
import type { ClusterCore } from "../core";
import { endManual, makePrimary } from "../roles";
import { refuse, wordOf } from "./subcommand";

/** CLUSTER RESET: the node knows nobody and owns nothing; HARD: nor itself. A replica loses its data. */
export function reset(core: ClusterCore, call: Call): void {
  const { state, parts } = core;
  const mode = call.args.length > 2 ? wordOf(call, 2) : "soft";
  if (call.args.length > 3 || (mode !== "soft" && mode !== "hard")) throw syntaxError();
  if (isPrimary(state.myself) && parts.keyspace.first.size > 0)
    throw refuse("CLUSTER RESET can't be called with master nodes containing keys");
  if (isReplica(state.myself)) {
    makePrimary(core, state.myself);
    parts.replication.lead();
    parts.keyspace.clear();
  }
  forgetAll(core);
  if (mode === "hard") becomeAnother(core);
  state.owe("save", "update");
  call.reply.ok();
}

function forgetAll(core: ClusterCore): void {
  const { state, bus } = core;
  state.migratingTo.clear();
  state.importingFrom.clear();
  endManual(core);
  for (let slot = 0; slot < state.slots.length; slot++) state.take(slot);
  for (const node of [...state.nodes.values()]) {
    if (node === state.myself) continue;
    bus.closeAll(node);
    state.remove(node);
  }
}

function becomeAnother({ state, parts }: ClusterCore): void {
  state.currentEpoch = 0;
  state.lastVoteEpoch = 0;
  state.myself.configEpoch = 0;
  parts.world.log("warning", "configEpoch set to 0 via CLUSTER RESET HARD");
  state.rename(state.myself, state.randomId());
  parts.world.log("notice", `Node hard reset, now I'm ${state.myself.id}`);
}
