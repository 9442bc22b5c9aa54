import type { ClusterId } from "@/lib/cluster/node";
import { formatEndpoint } from "@/lib/cluster/node";
import { isOpsError, OpsError } from "@/lib/errors";
import type { Operation } from "@/lib/operation";
import type { Plan } from "@/lib/plans/plan";
import type { Wish } from "@/lib/plans/wish";
import type { Actor } from "@/lib/wire/access";
import type { StartOperation } from "@/lib/wire/operations";
import type { ManagedNode } from "@/lib/wire/runtime";
import type { ClusterRegistry } from "./clusters/registry";
import { findEngine } from "./runtime/engines";
import { readMyself } from "./runtime/nodes-file";
import { savedStartWaves, savedStopWaves, type Waves } from "./runtime/order";
import type { Runtime } from "./runtime/runtime";

/**
 * The sandbox: six real nodes on this machine, 3 primaries with a replica each, made when no cluster is known yet (row
 * N5). It is made by the product's own `create`, so that the first thing a console does is the thing it is for.
 *
 * At a later start the nodes that are members come back, primaries first; they are never made anew, so that data stays.
 * A node that left the cluster stays stopped. A console that was restarted after a crash starts nothing: nodes that
 * live are adopted, and one that was stopped on purpose stays so (SHARDBOARD_RESTART=1 says which start it is).
 */
export type SandboxParts = {
  readonly runtime: Runtime;
  readonly registry: ClusterRegistry;
  readonly planner: { plan(actor: Actor, clusterId: ClusterId | undefined, wish: Wish): Promise<Plan> };
  readonly operations: {
    start(actor: Actor, clusterId: ClusterId, input: StartOperation): Promise<Operation>;
    finished(operationId: number, options: { readonly deadlineMs: number }): Promise<Operation>;
  };
  readonly say: (line: string) => void;
};

const NODES = 6;
const NAME = "sandbox";
const CREATE_MS = 120_000;
/** Two waves of it and the parking of operations stay within the 25 s that the parent waits. */
const STOP_MS = 6000;
const actor: Actor = { name: "system", role: "admin", from: "console" };

/** First thing of a start, before operations are recovered: what they act on has to run. Ends at once when nothing is to do. */
export async function startSandbox({ runtime, say }: Pick<SandboxParts, "runtime" | "say">): Promise<void> {
  if (!isWanted() || process.env.SHARDBOARD_RESTART === "1") return;
  const members = await membersOf(sandboxOf(await runtime.list()));
  const stopped = members.filter((node) => node.process.state === "stopped");
  if (stopped.length === 0) return;
  const startMs = Date.now();
  await inWaves(await savedStartWaves(stopped), (id) => runtime.start(id), say);
  say(`sandbox started again in ${seconds(startMs)}: ${ports(stopped)}`);
}

/**
 * Last thing of a start: when no cluster is known, the sandbox's is made, or taken up again where there is one. Whether
 * it is looked at is the caller's to see to.
 */
export async function ensureSandbox(parts: SandboxParts): Promise<void> {
  const { runtime, registry, say } = parts;
  if (!isWanted() || registry.list().length > 0) return;
  const nodes = (await runtime.list()).filter((node) => node.sandbox);
  const members = await membersOf(nodes);
  if (members.length > 0) {
    registry.add({
      name: NAME,
      environment: "sandbox",
      seeds: members.map((node) => node.endpoint),
      addressMap: [],
      labels: {},
    });
    return;
  }
  if (!(await findEngine())) return;
  const startMs = Date.now();
  const prepared = nodes.length === NODES ? await startedAgain(runtime, nodes) : await prepareNew(runtime, nodes);
  say(`sandbox: six nodes run on ${ports(prepared)}; joining them to a cluster, 3 primaries with a replica each…`);
  const plan = await parts.planner.plan(actor, undefined, {
    verb: "create",
    name: NAME,
    nodes: prepared.map((node) => ({ managedId: node.id })),
    replicasPerPrimary: 1,
  });
  const operation = await parts.operations.start(actor, plan.clusterId, { planId: plan.id, goOnAfterRestart: true });
  const ended = await parts.operations.finished(operation.id, { deadlineMs: CREATE_MS });
  if (ended.state !== "succeeded") throw notMade(ended);
  say(`sandbox: the cluster stands after ${seconds(startMs)}`);
}

/** Replicas before primaries. One that hangs is killed after a while: Ctrl-C must not leave a frozen process behind. */
export async function stopSandbox({ runtime, say }: Pick<SandboxParts, "runtime" | "say">): Promise<void> {
  const all = (await runtime.list()).filter((node) => node.process.state === "running");
  const running = sandboxOf(all);
  const others = all.filter((node) => !running.includes(node));
  if (others.length > 0)
    say(`no part of the sandbox, so they go on running: ${others.map(({ name }) => name).join(", ")}`);
  if (running.length === 0) return;
  say(`stopping the sandbox, replicas before primaries; its data stays…`);
  await inWaves(await savedStopWaves(running), (id) => stopOrKill(id, { runtime, say }), say);
}

async function stopOrKill(id: string, { runtime, say }: Pick<SandboxParts, "runtime" | "say">): Promise<void> {
  try {
    await runtime.stop(id, { withinMs: STOP_MS });
  } catch (error) {
    if (!isOpsError(error) || error.code !== "timed_out") throw error;
    say(`sandbox: ${(await runtime.kill(id)).name} did not stop within ${STOP_MS / 1000} s and was killed`);
  }
}

async function inWaves(waves: Waves, act: (id: string) => Promise<unknown>, say: (line: string) => void) {
  for (const wave of waves)
    for (const outcome of await Promise.allSettled(wave.map(act)))
      if (outcome.status === "rejected") say(`sandbox: ${messageOf(outcome.reason)}`);
}

/** Some that a start prepared before it was killed, and that know nobody, make way for a whole sandbox. */
async function prepareNew(runtime: Runtime, leftovers: readonly ManagedNode[]): Promise<readonly ManagedNode[]> {
  for (const { id } of leftovers) {
    await runtime.stop(id);
    await runtime.remove(id);
  }
  const nodeTimeoutMs = Number(process.env.SHARDBOARD_NODE_TIMEOUT_MS);
  const fields = nodeTimeoutMs > 0 ? { nodeTimeoutMs } : {};
  return runtime.prepare({ count: NODES, fields, start: true, sandbox: true });
}

/** Prepared by a start that did not live to join them. */
async function startedAgain(runtime: Runtime, nodes: readonly ManagedNode[]): Promise<readonly ManagedNode[]> {
  return Promise.all(nodes.map((node) => runtime.start(node.id)));
}

/** Its own six, and whatever else joined the cluster that they are in. */
function sandboxOf(nodes: readonly ManagedNode[]): readonly ManagedNode[] {
  const homes = new Set(nodes.filter((node) => node.sandbox).map((node) => node.clusterId));
  return nodes.filter((node) => node.sandbox || (node.clusterId !== undefined && homes.has(node.clusterId)));
}

/** By what each node itself wrote down: one that was removed knows nobody any more. */
async function membersOf(nodes: readonly ManagedNode[]): Promise<readonly ManagedNode[]> {
  const known = await Promise.all(nodes.map((node) => readMyself(node.folder)));
  return nodes.filter((_, i) => (known[i]?.peers ?? 0) > 0);
}

function notMade(operation: Operation): OpsError {
  const reason = operation.reason?.text ?? `the operation is ${operation.state}`;
  return new OpsError({
    code: "internal",
    sentence: "sandboxNotMade",
    message: `The sandbox could not be made: ${reason}`,
    details: { reason },
  });
}

const isWanted = (): boolean => process.env.SHARDBOARD_SANDBOX !== "0";
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
const seconds = (startMs: number): string => `${((Date.now() - startMs) / 1000).toFixed(1)} s`;
const ports = (nodes: readonly ManagedNode[]): string =>
  nodes.map((node, i) => (i ? String(node.endpoint.port) : formatEndpoint(node.endpoint))).join(", ");
