import type { NodeId, ViewNode } from "@/lib/cluster/node";
import { isOpsError } from "@/lib/errors";
import type { DrillMark } from "@/lib/operation";
import { isUp } from "@/lib/plans/members";
import type { StepOf } from "@/lib/plans/step";
import { proof } from "@/lib/words/en/proof";
import { NodeReplyError } from "@/server/link";
import { refuse } from "@/server/refuse";
import { done, type StepContext, type StepOutcome } from "./context";
import { awaitBack, runIdOf } from "./restart-node";
import { waitFor } from "./wait";
import { whileWatching } from "./watch-state";

/**
 * A drill: one node is killed, crashed or frozen, and brought back.
 *
 * 1. Whoever is left is asked for its CLUSTER NODES every few hundredths of a second. A mark is set when the first of
 *    them says a thing: PFAIL, FAIL, somebody else promoted. Its time is that of the answer, its uncertainty the time
 *    since the question before; what nobody said has no mark. Nothing is taken from logs, nothing is inferred.
 * 2. When the others have dealt with it, or have had the time to, the node is started again, or thawed.
 * 3. A console that dies meanwhile finds the node dead or frozen: it is only brought back then, and no time is told.
 */
type Hurt = StepOf<"hurt-node">;

const EVERY_MS = 30;
/** FAIL takes up to two node timeouts, an election another second; more for a cluster that has nobody to elect. */
const TIMEOUTS = 4;
const MORE_MS = 5000;
const DEMOTED_MS = 30_000;

export async function hurtNode(step: Hurt, context: StepContext): Promise<StepOutcome> {
  const isFrozen = await context.runtime.isFrozen(step.managedId);
  const runId = isFrozen ? undefined : await runIdOf(step, context);
  if (runId !== step.runId) {
    await heal(step, context);
    await awaitBack(step, context);
    return done(proof.notes.drillCutShort());
  }
  await whileWatching(context, step.nodeId, () => drill(step, context));
  return done();
}

async function drill(step: Hurt, context: StepContext): Promise<void> {
  const { nodes, nodeTimeoutMs } = await context.sweep();
  const own = nodes.find((node) => node.id === step.nodeId);
  const witnesses = nodes.filter((node) => isUp(node) && node.id !== step.nodeId).map((node) => node.id);
  const heirs =
    own?.role === "primary" && own.ranges.length > 0 ? nodes.filter((node) => node.primaryId === own.id) : [];
  const marks = new Map<DrillMark["what"], DrillMark>();
  const hurtAtMs = performance.now();
  await hurt(step, context);
  const wanted: readonly DrillMark["what"][] = heirs.length > 0 ? ["pfail", "fail", "promoted"] : ["pfail", "fail"];
  let askedMs = hurtAtMs;
  try {
    await waitFor(context, {
      deadlineMs: TIMEOUTS * nodeTimeoutMs + MORE_MS,
      everyMs: EVERY_MS,
      uninterrupted: true,
      ask: async () => {
        const before = askedMs;
        askedMs = performance.now();
        const seen = await Promise.allSettled(
          witnesses.map(async (id) => ({ id, nodes: await context.nodesSeenBy(id), atMs: performance.now() })),
        );
        for (const one of seen) {
          if (one.status === "rejected") continue;
          const at = { ms: Math.round(one.value.atMs - hurtAtMs), withinMs: Math.round(one.value.atMs - before) };
          for (const what of saidBy(
            one.value.nodes,
            step.nodeId,
            heirs.map((node) => node.id),
          ))
            if (!marks.has(what.what)) marks.set(what.what, { ...what, ...at, by: one.value.id });
        }
        return wanted.every((what) => marks.has(what));
      },
    });
  } finally {
    await heal(step, context);
  }
  const healedMs = Math.round(performance.now() - hurtAtMs);
  if (marks.has("promoted")) await awaitDemoted(step, context);
  await awaitBack(step, context);
  const back: DrillMark = { what: "back", ms: Math.round(performance.now() - hurtAtMs), withinMs: 150 };
  context.drilled([...marks.values(), { what: "healed", ms: healedMs, withinMs: 0 }, back]);
}

/** Who comes back believes that it is primary still, until somebody has told it. */
async function awaitDemoted({ nodeId }: Hurt, context: StepContext): Promise<void> {
  const demoted = await waitFor(context, {
    deadlineMs: DEMOTED_MS,
    uninterrupted: true,
    ask: async () => {
      const { views } = await context.look();
      const own = views.find(({ from }) => from === nodeId)?.nodes.find((node) => node.isMyself);
      return own?.role === "replica";
    },
  });
  if (!demoted) throw refuse("timed_out", "notDemoted", { node: context.name(nodeId), afterMs: DEMOTED_MS });
}

type Said = Pick<DrillMark, "what" | "nodeId">;

function saidBy(nodes: readonly ViewNode[], hurt: NodeId, heirs: readonly NodeId[]): readonly Said[] {
  const line = nodes.find((node) => node.id === hurt);
  const heir = nodes.find((node) => heirs.includes(node.id) && node.role === "primary" && node.ranges.length > 0);
  return [
    ...(line && line.health !== "ok" ? [{ what: "pfail" as const }] : []),
    ...(line?.health === "fail" ? [{ what: "fail" as const }] : []),
    ...(heir ? [{ what: "promoted" as const, nodeId: heir.id }] : []),
  ];
}

async function hurt({ how, managedId, nodeId }: Hurt, context: StepContext): Promise<void> {
  if (how === "kill") await context.runtime.kill(managedId);
  else if (how === "freeze") await context.runtime.freeze(managedId);
  else await crash(nodeId, context);
}

/** It dies instead of answering; an answer is its refusal. */
async function crash(nodeId: NodeId, context: StepContext): Promise<void> {
  const link = await context.link(nodeId);
  try {
    await link.call(["DEBUG", "SEGFAULT"]);
  } catch (error) {
    if (isOpsError(error) && error.details?.sent === true) return;
    if (!(error instanceof NodeReplyError)) throw error;
    throw refuse(
      "refused",
      "replyRefused",
      { node: context.name(nodeId), command: "DEBUG SEGFAULT", reason: error.message },
      error,
    );
  }
}

/** A crash report may take a moment: the process is waited for before its folder is used again. */
async function heal({ how, managedId }: Hurt, { runtime }: StepContext): Promise<void> {
  if (how === "freeze") await runtime.thaw(managedId);
  if (how === "segfault" && (await runtime.get(managedId)).process.state === "running") await runtime.kill(managedId);
  await runtime.start(managedId);
}
