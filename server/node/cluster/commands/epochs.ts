import type { Call, Command } from "../../command";
import type { ClusterCore } from "../core";
import { CHANGING, integerAt, refuse, subcommand } from "./subcommand";

export function epochCommands(core: ClusterCore): readonly Command[] {
  const bump = { name: "bumpepoch", arity: 2, since: "3.0.0", summary: "Advance the cluster config epoch" };
  const set = {
    name: "set-config-epoch",
    arity: 3,
    since: "3.0.0",
    summary: "Set the configuration epoch in a new node",
  };
  return [
    subcommand(CHANGING, bump, (call) => {
      const word = core.state.bumpEpoch() ? "BUMPED" : "STILL";
      call.reply.simple(`${word} ${core.state.myself.configEpoch}`);
    }),
    subcommand(CHANGING, set, (call) => setEpoch(core, call)),
  ];
}

/** Only for a node that is alone: whoever makes a cluster gives each its own before they meet. */
function setEpoch({ state, parts }: ClusterCore, call: Call): void {
  const epoch = integerAt(call, 2);
  if (epoch < 0) throw refuse(`Invalid config epoch specified: ${epoch}`);
  if (state.nodes.size > 1)
    throw refuse("The user can assign a config epoch only when the node does not know any other node.");
  if (state.myself.configEpoch !== 0) throw refuse("Node config epoch is already non-zero");
  state.myself.configEpoch = epoch;
  parts.world.log("warning", `configEpoch set to ${epoch} via CLUSTER SET-CONFIG-EPOCH`);
  state.currentEpoch = Math.max(state.currentEpoch, epoch);
  state.owe("update", "save");
  call.reply.ok();
}
