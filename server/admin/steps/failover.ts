import type { NodeId, View, ViewNode } from "@/lib/cluster/node";
import { isUp, nodeName, quorum } from "@/lib/plans/members";
import type { StepOf } from "@/lib/plans/step";
import { proof } from "@/lib/words/en/proof";
import { type Link, NodeReplyError } from "@/server/link";
import { refuse } from "@/server/refuse";
import { askInfo, askView, ownLine } from "./ask";
import { done, type Look, type StepContext, type StepOutcome } from "./context";
import { waitFor } from "./wait";

/**
 * OK to CLUSTER FAILOVER means scheduled, not done, and a try that cannot win stalls the shard's writers for 5 s
 * (FAULTS 62, 63). So:
 *
 * 1. A shard whose last attempt failed is left alone for a while; so is a primary that was handed over a moment ago,
 *    because nobody votes for a replica of the same primary twice within two node timeouts, and OK is said all the same.
 * 2. Nothing is sent before the replica is in sync, serves, is known as this primary's replica, and a majority can vote.
 *    What was just made (a new cluster, a new replica) gets a few seconds to come to that.
 * 3. After OK: the replica's own line must say primary; then its epoch must have risen, a majority and the old primary
 *    must name it, and the old primary must follow it with its link up, unless it is dead.
 * 4. Whatever is missing at a deadline is said with its reason.
 */
const READY_MS = 10_000;
/** The server gives a manual failover 5 s. FORCE and a vote with delays may take longer. */
const TURN_MS = 8_000;
const SEEN_MS = 15_000;

export async function failover(step: StepOf<"failover">, context: StepContext): Promise<StepOutcome> {
  const link = await context.link(step.replicaId);
  const before = await askView(link, step.replicaId, context.now());
  let waitedMs = 0;
  if (ownLine(before).role === "replica") {
    waitedMs = await coolDown(step, context);
    await awaitReady(step, link, context);
    await attempt(step, link, context);
  }
  await awaitSeen(step, before, context);
  return done(waitedMs > 0 ? proof.notes.coolDown({ seconds: Math.ceil(waitedMs / 1000) }) : undefined);
}

/** Answers how long it was waited. */
async function coolDown({ primaryId, mode }: StepOf<"failover">, context: StepContext): Promise<number> {
  const votedMs = mode === "takeover" ? 0 : (context.votedUntilMs(primaryId) ?? 0);
  const untilMs = Math.max(context.coolDowns.untilMs(primaryId) ?? 0, votedMs);
  const leftMs = Math.max(0, untilMs - context.now());
  if (leftMs > 0) await waitFor(context, { deadlineMs: leftMs, ask: () => context.now() >= untilMs });
  return leftMs;
}

async function awaitReady(step: StepOf<"failover">, link: Link, context: StepContext): Promise<void> {
  let reason: string | undefined;
  const ready = await waitFor(context, {
    deadlineMs: READY_MS,
    everyMs: 200,
    ask: async () => {
      reason = await notReady(step, link, context);
      return reason === undefined;
    },
  });
  if (ready) return;
  const node = context.name(step.replicaId);
  throw refuse("refused", "failoverNotTried", { node, reason: reason ?? "it was not ready." });
}

/** Why a vote would not be won now. FORCE needs no primary, TAKEOVER needs no voters. */
async function notReady(step: StepOf<"failover">, link: Link, context: StepContext): Promise<string | undefined> {
  if (step.mode === "takeover") return undefined;
  const { topology, views } = await context.look();
  const votes = quorum(topology);
  if (votes.up < votes.needed)
    return `only ${votes.up} of ${votes.size} primaries with slots can vote, ${votes.needed} are needed.`;
  const own = views.find((view) => view.from === step.replicaId);
  if (!own) return "it does not answer.";
  const primary = context.name(step.primaryId);
  const others = topology.nodes.filter((node) => isUp(node) && node.role === "primary" && node.ranges.length > 0);
  const unaware = others.filter((node) => {
    const line = views.find((view) => view.from === node.id)?.nodes.find((one) => one.id === step.replicaId);
    return line?.role !== "replica" || line.primaryId !== step.primaryId || line.handshake;
  });
  if (unaware.length > 0)
    return `${unaware.map(nodeName).join(", ")} ${unaware.length === 1 ? "does" : "do"} not know it as a replica of ${primary} yet.`;
  if (step.mode === "force") return undefined;
  if (own.info.state !== "ok") return "it says cluster_state:fail itself.";
  const info = await askInfo(link, "replication");
  if (info.master_link_status !== "up") return `its link to ${primary} is down. A forced failover would do without it.`;
  return undefined;
}

async function attempt(step: StepOf<"failover">, link: Link, context: StepContext): Promise<void> {
  const node = context.name(step.replicaId);
  try {
    await link.call(["CLUSTER", "FAILOVER", ...(step.mode === "default" ? [] : [step.mode.toUpperCase()])]);
  } catch (error) {
    if (!(error instanceof NodeReplyError)) throw error;
    throw refuse("refused", "replyRefused", { node, command: "CLUSTER FAILOVER", reason: error.message }, error);
  }
  const turned = await waitFor(context, {
    deadlineMs: TURN_MS,
    everyMs: 50,
    uninterrupted: true,
    ask: async () => ownLine(await askView(link, step.replicaId, context.now())).role === "primary",
  });
  if (turned) return;
  context.coolDowns.begin(step.primaryId);
  throw refuse("timed_out", "failoverNotDone", { node, reason: await whyNot(step, link, context), afterMs: TURN_MS });
}

/** Read after the attempt, so that it says what stood in the way and not only that something did. */
async function whyNot(step: StepOf<"failover">, link: Link, context: StepContext): Promise<string> {
  const known = await notReady(step, link, context);
  if (known) return known;
  const [replica, primary] = await Promise.all([
    askInfo(link, "replication"),
    context
      .link(step.primaryId)
      .then((on) => askInfo(on, "replication"))
      .catch(() => undefined),
  ]);
  if (!primary) return "its primary does not answer the console.";
  const lag = Number(primary.master_repl_offset) - Number(replica.slave_repl_offset);
  if (lag > 0) return `it is ${lag} bytes behind its primary and did not catch up in time.`;
  return "it is in sync and a majority can vote, but no vote was held. The log of the replica says why.";
}

type Missing = { readonly sentence: "views"; readonly ids: readonly NodeId[] } | { readonly sentence: "astray" };

async function awaitSeen(step: StepOf<"failover">, before: View, context: StepContext): Promise<void> {
  let missing: Missing | undefined;
  const seen = await waitFor(context, {
    deadlineMs: SEEN_MS,
    everyMs: 150,
    uninterrupted: true,
    ask: async () => {
      const link = await context.link(step.replicaId);
      const own = ownLine(await askView(link, step.replicaId, context.now()));
      missing = missingIn(step, own, before, await context.look());
      return missing === undefined;
    },
  });
  if (seen) return;
  const { name } = context;
  if (missing?.sentence === "views")
    throw refuse("timed_out", "failoverNotSeen", {
      node: name(step.replicaId),
      nodes: missing.ids.map(name),
      afterMs: SEEN_MS,
    });
  throw refuse("timed_out", "oldPrimaryAstray", {
    node: name(step.primaryId),
    primary: name(step.replicaId),
    afterMs: SEEN_MS,
  });
}

function missingIn(step: StepOf<"failover">, own: ViewNode, before: View, look: Look): Missing | undefined {
  const { topology, views } = look;
  const says = (view: View) => view.nodes.find((node) => node.id === step.replicaId);
  const isUpToDate = (view: View) => {
    const line = says(view);
    return line?.role === "primary" && line.configEpoch === own.configEpoch && line.ranges.length > 0;
  };
  const oldEpoch = before.nodes.find((node) => node.id === step.primaryId)?.configEpoch ?? 0;
  const wasReplica = ownLine(before).role === "replica";
  if (own.role !== "primary" || (wasReplica && own.configEpoch <= oldEpoch))
    return { sentence: "views", ids: [step.replicaId] };
  const voters = views.filter((view) => topology.nodes.some((n) => n.id === view.from && n.role === "primary"));
  const late = voters.filter((view) => !isUpToDate(view)).map((view) => view.from);
  if (late.length * 2 >= voters.length && late.length > 0) return { sentence: "views", ids: late };
  const old = views.find((view) => view.from === step.primaryId);
  if (!old) return undefined;
  if (!isUpToDate(old)) return { sentence: "views", ids: [step.primaryId] };
  const line = ownLine(old);
  const linked = topology.nodes.find((node) => node.id === step.primaryId)?.stats?.replLinkUp;
  return line.role === "replica" && line.primaryId === step.replicaId && linked !== false
    ? undefined
    : { sentence: "astray" };
}
