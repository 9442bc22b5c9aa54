import { type Command, syntaxError } from "../../command";
import { hasFailed, isPrimary } from "../cluster-node";
import type { ClusterCore } from "../core";
import { beginManual } from "../manual";
import { replacePrimary } from "../roles";
import { CHANGING, refuse, subcommand, wordOf } from "./subcommand";

const named = {
  name: "failover",
  arity: -2,
  since: "3.0.0",
  summary: "Forces a replica to perform a manual failover of its master.",
} as const;

/** CLUSTER FAILOVER: agreed with the primary; FORCE: without it; TAKEOVER: without anybody's vote. OK means begun. */
export const failoverCommand = (core: ClusterCore): Command =>
  subcommand(CHANGING, named, (call) => {
    const { state, parts, bus } = core;
    const mode = call.args.length > 2 ? wordOf(call, 2) : "";
    if (call.args.length > 3 || !["", "force", "takeover"].includes(mode)) throw syntaxError();
    const { primary } = state.myself;
    if (isPrimary(state.myself)) throw refuse("You should send CLUSTER FAILOVER to a replica");
    if (!primary) throw refuse("I'm a replica but my master is unknown to me");
    if (mode === "" && (hasFailed(primary) || !primary.link))
      throw refuse("Master is down or failed, please use CLUSTER FAILOVER FORCE");
    const { halted } = parts.replication;
    if (mode === "" && halted !== undefined)
      throw refuse(
        `This replica stopped following its master, and would lose what came since: ${halted}. CLUSTER FAILOVER FORCE takes over all the same`,
      );
    beginManual(core);
    if (mode === "takeover") {
      parts.world.log("warning", "Taking over the master (user request).");
      state.bumpEpoch();
      replacePrimary(core);
    } else if (mode === "force") {
      parts.world.log("warning", "Forced failover user request accepted.");
      state.manual.canStart = true;
    } else {
      parts.world.log("warning", "Manual failover user request accepted.");
      bus.send(primary.link, { kind: "mfstart" });
    }
    call.reply.ok();
  });
