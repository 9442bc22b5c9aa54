import { assertNever } from "@/lib/of";
import { plans } from "@/lib/words/en/plans";
import { callVerdict } from "./call-table";
import { type CliLines, entry, hostAndPortFlags, ownLine, quoted, remark } from "./cli-lines";
import { draftPlan, type PlanDraft } from "./draft";
import type { Facts } from "./facts";
import { nodeName } from "./members";
import { callTable } from "./preflight/call";
import { calledOn, sortOut } from "./targets";
import type { WishOf } from "./wish";
import { wrong } from "./wrong";

/** One command on many nodes, each of which answers for itself. Only what the table calls a change comes here. */
export function planCall(facts: Facts, wish: WishOf<"call">): PlanDraft {
  const { head, rule, instead } = callVerdict(wish.command);
  if (!rule)
    throw instead
      ? wrong("planCallIsVerb", { command: head, verb: instead })
      : wrong("planCallDenied", { command: head });
  if (rule.effect === "read") throw wrong("planCallReads", { command: head });
  const targets = calledOn(facts.topology, wish);
  const { up, absent } = sortOut(targets);
  if (up.length === 0) throw wrong("planNobodyToTell", { nodes: targets.map(nodeName) });
  const command = [...wish.command];
  return draftPlan({
    facts,
    wish,
    steps: [
      ...up.map((node) => ({ kind: "call" as const, phase: 0, nodeId: node.id, command })),
      { kind: "prove", phase: 1 },
    ],
    table: callTable,
    context: { involved: up.map((node) => node.id), absent },
    commands: callLines(facts, wish),
  });
}

function callLines(facts: Facts, wish: WishOf<"call">): CliLines {
  const words = wish.command.map(quoted).join(" ");
  const [target] = calledOn(facts.topology, wish);
  if (wish.nodeId !== undefined && target) {
    const node = nodeName(target);
    return {
      own: [ownLine(facts, "call", `--node ${node}`, "--", words)],
      redisCli: [`redis-cli ${hostAndPortFlags(node)} ${words}`],
    };
  }
  const only = onlyFlag(wish.on);
  return {
    own: [ownLine(facts, "call", ...only, "--", words)],
    redisCli: [
      ["redis-cli --cluster call", entry(facts), words, ...only].join(" "),
      remark(plans.redisCliDiffers.exitsZero),
    ],
  };
}

function onlyFlag(on: WishOf<"call">["on"]): readonly string[] {
  switch (on) {
    case "all":
      return [];
    case "primaries":
      return ["--cluster-only-masters"];
    case "replicas":
      return ["--cluster-only-replicas"];
    default:
      return assertNever(on);
  }
}
