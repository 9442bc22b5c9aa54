import { formatRanges } from "@/lib/cluster/slots";
import type { StepOf } from "@/lib/plans/step";
import { type Link, NodeReplyError } from "@/server/link";
import { refuse } from "@/server/refuse";
import { settingsOf } from "../candidate-settings";
import { askInfo, askView, countKeys, ownLine } from "./ask";
import { done, type StepContext, type StepOutcome } from "./context";
import { hintSettings, linkHint } from "./link-hint";
import { lists } from "./meet";
import { waitFor } from "./wait";

const KNOW_MS = 30_000;
/** Without a byte of progress. A copy of many gigabytes takes its time. */
const LINK_MS = 30_000;

export async function replicate(step: StepOf<"replicate">, context: StepContext): Promise<StepOutcome> {
  const link = await context.link(step.nodeId);
  const own = ownLine(await askView(link, step.nodeId, context.now()));
  if (own.role !== "replica" || own.primaryId !== step.primaryId) {
    if (own.role === "primary") await checkEmpty(step, link, context);
    await follow(step, link, context);
  }
  await awaitLink(step, link, context);
  return done();
}

/** CLUSTER REPLICATE drops whatever a node holds. */
async function checkEmpty({ nodeId }: StepOf<"replicate">, link: Link, context: StepContext): Promise<void> {
  const own = ownLine(await askView(link, nodeId, context.now()));
  const keys = await countKeys(link);
  if (keys === 0 && own.ranges.length === 0) return;
  const node = context.name(nodeId);
  throw refuse("refused", "replicaHasData", { node, keys, ranges: formatRanges(own.ranges) });
}

/** Gossip brings the primary's name; until then the answer is `Unknown node`. */
async function follow(step: StepOf<"replicate">, link: Link, context: StepContext): Promise<void> {
  const node = context.name(step.nodeId);
  const accepted = await waitFor(context, {
    deadlineMs: KNOW_MS,
    ask: async () => {
      const view = await askView(link, step.nodeId, context.now());
      if (!lists(view, step.primaryId)) return false;
      try {
        await link.call(["CLUSTER", "REPLICATE", step.primaryId]);
        return true;
      } catch (error) {
        if (!(error instanceof NodeReplyError)) throw error;
        if (/unknown node|can only replicate a (master|primary)/i.test(error.message)) return false;
        throw refuse("refused", "replyRefused", { node, command: "CLUSTER REPLICATE", reason: error.message }, error);
      }
    },
  });
  if (accepted) return;
  const primary = context.name(step.primaryId);
  throw refuse("timed_out", "primaryUnknown", { node, primary, afterMs: KNOW_MS });
}

type Pair = Pick<StepOf<"replicate">, "nodeId" | "primaryId">;

export async function awaitLink(step: Pair, link: Link, context: StepContext): Promise<void> {
  let progress = "";
  for (;;) {
    let seen = "";
    const up = await waitFor(context, {
      deadlineMs: LINK_MS,
      ask: async () => {
        const info = await askInfo(link, "replication");
        seen = `${info.master_sync_read_bytes ?? ""}/${info.master_sync_left_bytes ?? ""}/${info.master_sync_in_progress ?? ""}`;
        return info.master_link_status === "up";
      },
    });
    if (up) return;
    if (seen === progress || !/\/1$/.test(seen)) break;
    progress = seen;
  }
  throw refuse("timed_out", "replicaLinkDown", {
    node: context.name(step.nodeId),
    primary: context.name(step.primaryId),
    afterMs: LINK_MS,
    hint: await hintOf(step, link, context),
  });
}

async function hintOf(step: Pair, link: Link, context: StepContext): Promise<string> {
  const read = (on: Link) => settingsOf(on, hintSettings).catch(() => ({}));
  const primary = await context.link(step.primaryId).catch(() => undefined);
  return linkHint(await read(link), primary ? await read(primary) : {});
}
