import { formatEndpoint } from "@/lib/cluster/node";
import { formatRanges } from "@/lib/cluster/slots";
import { isOpsError } from "@/lib/errors";
import type { StepOf } from "@/lib/plans/step";
import { proof } from "@/lib/words/en/proof";
import { type Link, NodeReplyError } from "@/server/link";
import { refuse } from "@/server/refuse";
import { askView, countKeys, ownLine } from "./ask";
import { done, type StepContext, type StepOutcome } from "./context";
import { listersOf } from "./forget";
import { waitFor } from "./wait";

const ALONE_MS = 5000;

/** RESET on a wrong node makes its data vanish (FAULTS 60): it must be no member any more and own no slot. */
export async function reset(step: StepOf<"reset">, context: StepContext): Promise<StepOutcome> {
  const node = formatEndpoint(step.dial);
  const link = await context.link(step.nodeId).catch((error: unknown) => {
    if (isNewIdentity(error)) return undefined;
    throw error;
  });
  // RESET HARD gives a new id: found under another one, it has been done before.
  if (!link) return done(proof.notes.resetBefore());
  const view = await askView(link, step.nodeId, context.now());
  const others = view.nodes.filter((one) => !one.isMyself).length;
  const own = ownLine(view);
  if (others === 0 && own.ranges.length === 0 && own.role === "primary" && step.mode === "soft") return done();
  if (own.ranges.length > 0) throw refuse("refused", "forgetOwner", { node, ranges: formatRanges(own.ranges) });
  const [lister] = await listersOf(step.nodeId, context);
  if (lister) throw refuse("refused", "resetMember", { node, by: context.name(lister) });
  await resetAndVerify({ link, mode: step.mode, node }, context);
  return done();
}

export type Resetting = { readonly link: Link; readonly mode: "soft" | "hard"; readonly node: string };

export async function resetAndVerify(
  { link, mode, node }: Resetting,
  context: Pick<StepContext, "shouldStop" | "signal" | "now">,
): Promise<void> {
  try {
    await link.call(["CLUSTER", "RESET", mode.toUpperCase()]);
  } catch (error) {
    if (!(error instanceof NodeReplyError)) throw error;
    throw refuse(
      "refused",
      "resetRefused",
      { node, reason: `${error.message} (${await countKeys(link)} keys)` },
      error,
    );
  }
  let others = 0;
  const alone = await waitFor(context, {
    deadlineMs: ALONE_MS,
    uninterrupted: true,
    ask: async () => {
      const id = String(await link.call(["CLUSTER", "MYID"]));
      const view = await askView(link, id as Parameters<typeof askView>[1], context.now());
      others = view.nodes.filter((one) => !one.isMyself).length;
      return others === 0 && ownLine(view).ranges.length === 0;
    },
  });
  if (!alone) throw refuse("timed_out", "resetNotAlone", { node, nodes: others });
}

function isNewIdentity(error: unknown): boolean {
  return isOpsError(error) && error.sentence === "identityChanged";
}
