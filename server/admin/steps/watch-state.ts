import type { NodeId } from "@/lib/cluster/node";
import { isUp } from "@/lib/plans/members";
import type { StepContext } from "./context";
import { pause } from "./wait";

const EVERY_MS = 100;

/**
 * While something is done to one node, what all the others say of the cluster: how often they were asked, and for how
 * long any of them said cluster_state:fail. A node that gives no answer says nothing; the one that is being worked on is
 * not asked, because it says fail until it has caught up.
 */
export async function whileWatching<T>(
  context: StepContext,
  except: NodeId | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const { nodes } = await context.sweep();
  const asked = nodes.filter((node) => isUp(node) && !node.handshake && node.id !== except).map((node) => node.id);
  const ends = new AbortController();
  const watching = watch(context, asked, ends.signal);
  try {
    return await work();
  } finally {
    ends.abort();
    context.watched(await watching);
  }
}

export type Watched = { readonly looks: number; readonly failMs: number; readonly failing: readonly NodeId[] };

async function watch(context: StepContext, asked: readonly NodeId[], signal: AbortSignal): Promise<Watched> {
  const failing = new Set<NodeId>();
  let looks = 0;
  let failMs = 0;
  let lastMs = performance.now();
  while (!signal.aborted) {
    const states = await Promise.allSettled(asked.map((id) => context.clusterState(id)));
    const nowMs = performance.now();
    const bad = asked.filter((_, i) => isFail(states[i]));
    for (const id of bad) failing.add(id);
    if (bad.length > 0) failMs += nowMs - lastMs;
    lastMs = nowMs;
    looks++;
    await pause(EVERY_MS, signal).catch(() => undefined);
  }
  return { looks, failMs: Math.round(failMs), failing: [...failing] };
}

const isFail = (state: PromiseSettledResult<"ok" | "fail"> | undefined): boolean =>
  state?.status === "fulfilled" && state.value === "fail";
