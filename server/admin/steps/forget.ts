import type { NodeId } from "@/lib/cluster/node";
import { formatRanges } from "@/lib/cluster/slots";
import { findMember, nodeName } from "@/lib/plans/members";
import type { StepOf } from "@/lib/plans/step";
import { proof } from "@/lib/words/en/proof";
import { NodeReplyError } from "@/server/link";
import { refuse } from "@/server/refuse";
import { done, type StepContext, type StepOutcome } from "./context";
import { waitFor } from "./wait";

/** FORGET bans a name for 60 s; a node that hears of it only later would bring it back (FAULTS 55). */
const STRAGGLERS_MS = 10_000;

export async function forget(step: StepOf<"forget">, context: StepContext): Promise<StepOutcome> {
  await checkUnused(step, context);
  const node = context.name(step.nodeId);
  const told = await waitFor(context, {
    deadlineMs: STRAGGLERS_MS,
    everyMs: 300,
    uninterrupted: true,
    ask: async () => (await tellAll(step.nodeId, context)).length === 0,
  });
  if (!told) {
    const listers = await listersOf(step.nodeId, context);
    if (listers.length > 0) {
      const nodes = listers.map((id) => context.name(id));
      throw refuse("timed_out", "forgetIncomplete", { node, nodes });
    }
  }
  const silent = (await context.sweep()).nodes.filter((one) => one.answer.kind === "silent" && one.id !== step.nodeId);
  return silent.length === 0 ? done() : done(proof.notes.stillToTell({ nodes: silent.map(nodeName) }));
}

async function checkUnused({ nodeId }: StepOf<"forget">, context: StepContext): Promise<void> {
  const topology = await context.sweep();
  const member = findMember(topology, nodeId);
  if (member && member.ranges.length > 0)
    throw refuse("refused", "forgetOwner", { node: nodeName(member), ranges: formatRanges(member.ranges) });
  const followers = topology.nodes.filter((one) => one.primaryId === nodeId && one.answer.kind === "answered");
  if (followers.length > 0)
    throw refuse("refused", "forgetParent", {
      node: context.name(nodeId),
      replicas: followers.map(nodeName),
    });
}

/** Members that list it, as far as they answer. Nodes that were forgotten themselves do not count. */
export async function listersOf(nodeId: NodeId, context: StepContext): Promise<readonly NodeId[]> {
  const { topology, views } = await context.look();
  return views
    .filter((view) => view.from !== nodeId && findMember(topology, view.from))
    .filter((view) => view.nodes.some((one) => one.id === nodeId))
    .map((view) => view.from);
}

/** Those that still list it after having been told. */
export async function tellAll(nodeId: NodeId, context: StepContext): Promise<readonly NodeId[]> {
  const listers = await listersOf(nodeId, context);
  await Promise.allSettled(
    listers.map(async (id) => {
      const link = await context.link(id);
      await link.call(["CLUSTER", "FORGET", nodeId]).catch((error: unknown) => {
        if (!(error instanceof NodeReplyError) || !/unknown node/i.test(error.message)) throw error;
      });
    }),
  );
  return listers.length === 0 ? [] : listersOf(nodeId, context);
}
