import type { NodeId, ViewNode } from "@/lib/cluster/node";
import { formatRanges } from "@/lib/cluster/slots";
import { isOpsError } from "@/lib/errors";
import { findMember, isUp, nodeName, replicasOf } from "@/lib/plans/members";
import type { StepOf } from "@/lib/plans/step";
import { proof } from "@/lib/words/en/proof";
import { refuse } from "@/server/refuse";
import { askInfo, askView, ownLine } from "./ask";
import { isChanged, startChanged } from "./change-node";
import { done, Parked, type StepContext, type StepOutcome } from "./context";
import { awaitLink } from "./replicate";
import { waitFor } from "./wait";
import { whileWatching } from "./watch-state";

/**
 * One node of a rolling change. Whether it was restarted is told by its run_id, so that the step may begin anew at any
 * point: a node with another run_id is only waited for, a stopped one is started, a running one is stopped first.
 *
 * 1. Before it goes away its shard is whole, and it owns no slots unless the plan says that it may.
 * 2. It is stopped and started here; or, where its process is not managed, a person does it and this waits.
 * 3. It is back when it follows its primary with its link up and has every byte that the primary had then, says
 *    cluster_state:ok itself, and every view shows it healthy.
 */
type Restart = StepOf<"restart-node">;

const WHOLE_MS = 15_000;
const SEEN_MS = 60_000;
const CAUGHT_UP_MS = 120_000;
/** A person may be called first. */
const BY_HAND_MS = 2 * 3_600_000;

export function restartNode(step: Restart, context: StepContext): Promise<StepOutcome> {
  return whileWatching(context, step.nodeId, async () => {
    const before = await runIdOf(step, context);
    const isDone = before !== undefined && before !== step.runId && (await isChanged(step, context));
    if (!isDone) await restart(step, context, before);
    try {
      await awaitBack(step, context);
    } catch (error) {
      throw stuck(step, context, error);
    }
    return done(isDone ? proof.notes.restartedBefore() : undefined);
  });
}

/** Undefined while it gives no answer. */
export async function runIdOf({ nodeId }: Pick<Restart, "nodeId">, context: StepContext): Promise<string | undefined> {
  try {
    return (await askInfo(await context.link(nodeId), "server")).run_id;
  } catch (error) {
    if (isOpsError(error) && (error.code === "unreachable" || error.code === "timed_out")) return undefined;
    if (error instanceof Error && /^LOADING\b/.test(error.message)) return undefined;
    throw error;
  }
}

async function restart(step: Restart, context: StepContext, before: string | undefined): Promise<void> {
  if (before !== undefined) await awaitWhole(step, context);
  if (step.managedId === undefined) return awaitHand(step, context);
  try {
    if (before !== undefined) await context.runtime.stop(step.managedId);
    await startChanged(step, step.managedId, context);
  } catch (error) {
    throw stuck(step, context, error);
  }
}

async function awaitWhole(step: Restart, context: StepContext): Promise<void> {
  const node = context.name(step.nodeId);
  let missing: readonly string[] = [];
  const whole = await waitFor(context, {
    deadlineMs: WHOLE_MS,
    everyMs: 200,
    ask: async () => {
      missing = await missingBeside(step, context);
      return missing.length === 0;
    },
  });
  if (!whole) throw refuse("refused", "shardNotWhole", { node, missing });
  if (step.down) return;
  const own = ownLine(await askView(await context.link(step.nodeId), step.nodeId, context.now()));
  if (own.ranges.length > 0) throw refuse("refused", "restartOwner", { node, ranges: formatRanges(own.ranges) });
}

/** Whoever else is away, or not in sync: two nodes are never away at once. */
async function missingBeside({ nodeId }: Restart, context: StepContext): Promise<readonly string[]> {
  const topology = await context.sweep();
  const node = findMember(topology, nodeId);
  const headId = node?.primaryId ?? nodeId;
  const mates = [findMember(topology, headId), ...replicasOf(topology, headId)].filter((one) => one !== undefined);
  const planned = new Set(context.plan.steps.flatMap((one) => (one.kind === "restart-node" ? [one.nodeId] : [])));
  const heard = topology.nodes.filter((one) => planned.has(one.id) && !isUp(one));
  const apart = mates.filter((one) => !isUp(one) || (one.role === "replica" && one.stats?.replLinkUp === false));
  return [...new Set([...heard, ...apart])].filter((one) => one.id !== nodeId).map(nodeName);
}

async function awaitHand(step: Restart, context: StepContext): Promise<void> {
  const restarted = await waitFor(context, {
    deadlineMs: BY_HAND_MS,
    everyMs: 500,
    ask: async () => {
      const now = await runIdOf(step, context);
      return now !== undefined && now !== step.runId;
    },
  });
  if (!restarted)
    throw refuse("timed_out", "notRestarted", {
      node: context.name(step.nodeId),
      minutes: BY_HAND_MS / 60_000,
    });
}

export async function awaitBack(step: Pick<Restart, "nodeId">, context: StepContext): Promise<void> {
  const { nodeId } = step;
  const own = await awaitOwnView(step, context);
  if (own.role === "replica" && own.primaryId !== undefined) {
    await awaitLink({ nodeId, primaryId: own.primaryId }, await context.link(nodeId), context);
    await awaitOffset(nodeId, own.primaryId, context);
  }
  await awaitSeen(step, context);
}

/** A node that loads a big dataset answers late; as long as its process says that it loads, it is waited for. */
async function awaitOwnView({ nodeId }: Pick<Restart, "nodeId">, context: StepContext): Promise<ViewNode> {
  let end = performance.now() + SEEN_MS;
  const own = await waitFor(context, {
    deadlineMs: Number.POSITIVE_INFINITY,
    everyMs: 200,
    ask: async () => {
      try {
        const link = await context.link(nodeId);
        const info = await askInfo(link, "persistence");
        if (info.loading === "1") end = performance.now() + SEEN_MS;
        else return ownLine(await askView(link, nodeId, context.now()));
      } catch (error) {
        if (!isOpsError(error) && !(error instanceof Error && /^LOADING\b/.test(error.message))) throw error;
      }
      return performance.now() > end ? ("late" as const) : false;
    },
  });
  if (own !== undefined && own !== "late") return own;
  throw refuse("timed_out", "notBack", { node: context.name(nodeId), afterMs: SEEN_MS });
}

/** Every byte that the primary had when its link came up. */
async function awaitOffset(nodeId: NodeId, primaryId: NodeId, context: StepContext): Promise<void> {
  const wanted = Number((await askInfo(await context.link(primaryId), "replication")).master_repl_offset);
  let has = 0;
  const caughtUp = await waitFor(context, {
    deadlineMs: CAUGHT_UP_MS,
    ask: async () => {
      has = Number((await askInfo(await context.link(nodeId), "replication")).slave_repl_offset);
      return has >= wanted;
    },
  });
  if (caughtUp) return;
  const told = { node: context.name(nodeId), primary: context.name(primaryId), bytes: wanted - has };
  throw refuse("timed_out", "notCaughtUp", { ...told, afterMs: CAUGHT_UP_MS });
}

async function awaitSeen({ nodeId }: Pick<Restart, "nodeId">, context: StepContext): Promise<void> {
  let late: readonly NodeId[] = [];
  const seen = await waitFor(context, {
    deadlineMs: SEEN_MS,
    everyMs: 150,
    ask: async () => {
      const { views } = await context.look();
      late = views
        .filter(({ from, nodes, info }) => {
          if (from === nodeId) return info.state !== "ok" || nodes.some((one) => !one.isMyself && !one.linkUp);
          const line = nodes.find((one) => one.id === nodeId);
          return !line?.linkUp || line.health !== "ok";
        })
        .map(({ from }) => from);
      return late.length === 0 && views.some(({ from }) => from === nodeId);
    },
  });
  if (seen) return;
  const told = { node: context.name(nodeId), nodes: late.map((id) => context.name(id)) };
  throw refuse("timed_out", "notSeenBack", { ...told, afterMs: SEEN_MS });
}

/** What stands when it stops here: who was done, who was not begun. */
function stuck(step: Restart, context: StepContext, error: unknown): unknown {
  if (error instanceof Parked || !isOpsError(error) || error.code === "cancelled") return error;
  const { plan, steps } = context.operation();
  const restarts = plan.steps.filter((one) => one.kind === "restart-node");
  const isDone = (id: number) => steps.find((one) => one.stepId === id)?.state === "done";
  const named = (wanted: boolean) =>
    restarts.flatMap((one) =>
      one.kind === "restart-node" && one.id !== step.id && isDone(one.id) === wanted ? [context.name(one.nodeId)] : [],
    );
  const told = { node: context.name(step.nodeId), reason: error.message, done: named(true), left: named(false) };
  return refuse("refused", "rollStopped", told, error);
}
