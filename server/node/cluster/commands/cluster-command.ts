import { type Call, type Command, CommandError } from "../../command";
import type { ClusterCore } from "../core";
import { clusterInfo } from "./cluster-info";
import { epochCommands } from "./epochs";
import { failoverCommand } from "./failover";
import { HELP } from "./help";
import { keyCommands } from "./keys";
import { linksCommand } from "./links";
import { memberCommands } from "./members";
import { setSlotCommand } from "./set-slot";
import { shardCommands } from "./shards";
import { slotCommands } from "./slots";
import { READING, subcommand } from "./subcommand";

/** CLUSTER and what comes under it, of redis 7.0. `save` writes nodes.conf now, or throws. */
export function clusterCommand(core: ClusterCore, file: { readonly save: () => void }): Command {
  const subcommands: readonly Command[] = [
    ...slotCommands(core),
    setSlotCommand(core),
    ...memberCommands(core),
    failoverCommand(core),
    ...epochCommands(core),
    ...keyCommands(core),
    ...shardCommands(core),
    linksCommand(core),
    subcommand(
      READING,
      { name: "info", arity: 2, since: "3.0.0", summary: "Provides info about Redis Cluster node state" },
      (call) =>
        call.reply.verbatim(
          "txt",
          clusterInfo(core)
            .map((line) => `${line}\r\n`)
            .join(""),
        ),
    ),
    subcommand(
      ["admin", "stale", "no_async_loading"],
      { name: "saveconfig", arity: 2, since: "3.0.0", summary: "Forces the node to save cluster state on disk" },
      (call) => saveConfig(call, file.save),
    ),
    subcommand(
      ["loading", "stale"],
      { name: "help", arity: 2, since: "5.0.0", summary: "Show helpful text about the different subcommands" },
      help,
    ),
  ];
  return {
    name: "cluster",
    arity: -2,
    flags: [],
    subcommands,
    summary: "A container for cluster commands",
    group: "cluster",
    since: "3.0.0",
    run: () => {
      throw new CommandError("ERR wrong number of arguments for 'cluster' command");
    },
  };
}

function saveConfig(call: Call, save: () => void): void {
  try {
    save();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandError(`ERR error saving the cluster node config: ${why}`);
  }
  call.reply.ok();
}

function help(call: Call): void {
  call.reply.array(HELP.length);
  for (const line of HELP) call.reply.simple(line);
}
