import type { NodeId, View } from "@/lib/cluster/node";
import type { StepOf } from "@/lib/plans/step";
import { proof } from "@/lib/words/en/proof";
import { refuse } from "@/server/refuse";
import { done, type StepContext, type StepOutcome } from "./context";
import { waitFor } from "./wait";

/** A handshake that fails is given up after a node timeout (15 s by default); gossip needs a few rounds. */
const JOIN_MS = 30_000;
/** So many pairs are named; the rest would not help. */
const NAMED = 12;

export async function awaitJoined(step: StepOf<"await-joined">, context: StepContext): Promise<StepOutcome> {
  let views: readonly View[] = [];
  const bans = step.nodeIds.map((id) => (context.bannedUntilMs(id) ?? 0) - context.now());
  const banMs = Math.max(0, ...bans);
  const joined = await waitFor(context, {
    deadlineMs: banMs + JOIN_MS,
    everyMs: 150,
    ask: async () => {
      ({ views } = await context.look());
      return strangersOf(views, step.nodeIds).length === 0;
    },
  });
  if (!joined) {
    const pairs = strangersOf(views, step.nodeIds).map((pair) => say(pair, context));
    const more = pairs.length - NAMED;
    throw refuse("timed_out", "notAllJoined", {
      pairs: [...pairs.slice(0, NAMED), ...(more > 0 ? [`and ${more} more pairs`] : [])],
      afterMs: banMs + JOIN_MS,
    });
  }
  if (step.serving) await awaitServing(step, context);
  return done(banMs > 0 ? proof.notes.banned({ seconds: Math.ceil(banMs / 1000) }) : undefined);
}

async function awaitServing(step: StepOf<"await-joined">, context: StepContext): Promise<void> {
  let views: readonly View[] = [];
  const failing = () => step.nodeIds.filter((id) => views.find((view) => view.from === id)?.info.state !== "ok");
  const serving = await waitFor(context, {
    deadlineMs: JOIN_MS,
    everyMs: 150,
    ask: async () => {
      ({ views } = await context.look());
      return failing().length === 0;
    },
  });
  if (serving) return;
  const nodes = failing().map((id) => context.name(id));
  throw refuse("timed_out", "notServing", { nodes, afterMs: JOIN_MS });
}

export type Stranger = {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly why: "silent" | "unknown" | "handshake" | "link-down";
};

/** Who does not know, or cannot reach, whom among these nodes; a node that gives no view is strange to itself. */
export function strangersOf(views: readonly View[], nodeIds: readonly NodeId[]): readonly Stranger[] {
  const silent = nodeIds.filter((id) => !views.some((view) => view.from === id));
  const pairs = views.flatMap((view) =>
    nodeIds.flatMap((to): readonly Stranger[] => {
      const line = view.nodes.find((node) => node.id === to);
      if (!line) return [{ from: view.from, to, why: "unknown" }];
      if (line.handshake) return [{ from: view.from, to, why: "handshake" }];
      return line.linkUp || line.isMyself ? [] : [{ from: view.from, to, why: "link-down" }];
    }),
  );
  return [...silent.map((id): Stranger => ({ from: id, to: id, why: "silent" })), ...pairs];
}

function say({ from, to, why }: Stranger, context: StepContext): string {
  const [a, b] = [context.name(from), context.name(to)];
  switch (why) {
    case "silent":
      return `${a} does not answer the console`;
    case "unknown":
      return `${a} does not know ${b}`;
    case "handshake":
      return `${a} gets no handshake from ${b}`;
    default:
      return `${a} has no link to ${b}`;
  }
}
