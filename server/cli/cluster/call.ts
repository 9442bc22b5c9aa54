import type { Topology } from "@/lib/cluster/topology";
import type { Operation } from "@/lib/operation";
import { callVerdict } from "@/lib/plans/call-table";
import { nameOf } from "@/lib/plans/members";
import { type Called, calledSchema } from "@/lib/plans/wish";
import type { CallResult } from "@/lib/wire/calls";
import { cli } from "@/lib/words/en/cli";
import { cliOutput } from "@/lib/words/en/cli-output";
import { lookFor } from "../desk/open";
import { type Asked, type Run, UsageError } from "../grammar/asked";
import { openOut } from "../tell/out";
import { changes } from "./change";
import { findNode } from "./find-node";

/** What only reads is asked at once; what changes something goes through a plan. */
export const call: Run = async (asked) => {
  checkCall(asked);
  return callVerdict(commandOf(asked)).rule?.effect === "change" ? change(asked) : read(asked);
};

const commandOf = (asked: Asked): readonly string[] => asked.args.command ?? [];

function checkCall(asked: Asked): void {
  const { flags } = asked;
  const given = (["cluster-only-masters", "cluster-only-replicas", "node"] as const).filter((name) => flags[name]);
  const [one, other] = given.map((name) => `--${name}`);
  if (one !== undefined && other !== undefined) throw new UsageError(cli.usage.notBoth({ one, other }));
  if ((flags.node?.length ?? 0) > 1) throw new UsageError(cli.usage.onlyOnce({ flag: "--node" }));
  const command = commandOf(asked);
  if (!calledSchema.safeParse({ command }).success)
    throw new UsageError(cli.usage.command({ given: command[0] ?? "" }));
}

function calledBy(asked: Asked, topology: Topology): Called {
  const { "cluster-only-masters": primaries, "cluster-only-replicas": replicas, node } = asked.flags;
  const command = commandOf(asked);
  const [name] = node ?? [];
  if (name !== undefined) return { command, on: "all", nodeId: findNode(topology, name) };
  return { command, on: primaries ? "primaries" : replicas ? "replicas" : "all" };
}

const change = changes({
  wish: ({ asked, topology }) => ({ verb: "call", ...calledBy(asked, topology) }),
  done: repliesIn,
});

/** Each step's note is what its node said. */
function repliesIn({ plan, steps }: Operation, topology: Topology): readonly string[] {
  return plan.steps.flatMap((step) => {
    if (step.kind !== "call") return [];
    const text = steps.find((one) => one.stepId === step.id)?.note ?? "";
    return linesOf(text).map((line) => cliOutput.redisCli.reply({ node: nameOf(topology, step.nodeId), text: line }));
  });
}

const read: Run = async (asked) => {
  const out = openOut(asked.flags);
  const reply = await lookFor(asked, out, async (looker) => {
    const { topology } = await looker.picture();
    return looker.call(calledBy(asked, topology));
  });
  const results = [...reply.results].sort(byAddress);
  out.document({ ...reply, results });
  if (!out.json) {
    out.line(cliOutput.redisCli.calling({ command: reply.command }));
    for (const line of results.flatMap(resultLines)) out.line(line);
  }
  return reply.ok ? 0 : 1;
};

const byAddress = (a: CallResult, b: CallResult): number => a.node.localeCompare(b.node, "en", { numeric: true });

function resultLines({ node, outcome, text, cut }: CallResult): readonly string[] {
  if (outcome === "silent") return [cliOutput.calls.silent({ node, text })];
  if (outcome === "refused") return [cliOutput.calls.refused({ node, text })];
  const [first = "", ...rest] = linesOf(text);
  return [cliOutput.redisCli.reply({ node, text: first }), ...rest, ...(cut ? [cliOutput.calls.cut({ node })] : [])];
}

const linesOf = (text: string): readonly string[] => text.trimEnd().split(/\r?\n/);
