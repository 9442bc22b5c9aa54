import { formatEndpoint, type NodeId, type View } from "@/lib/cluster/node";
import { formatRanges, subtractRanges } from "@/lib/cluster/slots";
import type { Candidate, StepOf } from "@/lib/plans/step";
import type { Link } from "@/server/link";
import { refuse } from "@/server/refuse";
import { askView, countKeys, ownLine } from "./ask";
import { candidatesOf, done, type StepContext, type StepOutcome } from "./context";
import { waitFor } from "./wait";

/** A check that is older than this is made again before MEET is sent. */
const FRESH_MS = 1000;
const JOIN_MS = 15_000;
const HANDSHAKE_MS = 5000;
const BUS_OFFSET = 10_000;

/**
 * MEET between two clusters that live destroys data within a tenth of a second (FAULTS 48), and only MEET does that. So
 * both sides are asked again right before it: whoever is no member yet must hold no key, own no slot that this plan did
 * not give it, and know nobody but members and the other newcomers of this plan.
 */
export async function meet(step: StepOf<"meet">, context: StepContext): Promise<StepOutcome> {
  const { candidate, via } = step;
  const links = { candidate: await context.link(candidate.id), via: await context.link(via.id) };
  if (await listEachOther(step, links, context)) return done();

  const members = await membersBefore(context);
  const address = await context.resolve(via);
  for (;;) {
    const checkedAt = performance.now();
    await checkNewcomer(candidate, links.candidate, members, context);
    if (!members.has(via.id)) await checkNewcomer(via, links.via, members, context);
    if (performance.now() - checkedAt > FRESH_MS) continue;
    await links.candidate.call([
      "CLUSTER",
      "MEET",
      address,
      via.endpoint.port,
      ...(via.busPort === undefined ? [] : [via.busPort]),
    ]);
    const joined = await waitFor(context, { deadlineMs: JOIN_MS, ask: () => listEachOther(step, links, context) });
    if (joined) return done();
    throw notJoined(step);
  }
}

function notJoined({ candidate, via }: StepOf<"meet">) {
  const bus = via.busPort ?? via.endpoint.port + BUS_OFFSET;
  return refuse("timed_out", "notJoined", {
    node: formatEndpoint(candidate.endpoint),
    via: formatEndpoint(via.endpoint),
    bus,
    afterMs: JOIN_MS,
  });
}

type Links = { readonly candidate: Link; readonly via: Link };

async function listEachOther({ candidate, via }: StepOf<"meet">, links: Links, context: StepContext): Promise<boolean> {
  const [ofVia, ofCandidate] = await Promise.all([
    askView(links.via, via.id, context.now()),
    askView(links.candidate, candidate.id, context.now()),
  ]);
  return lists(ofVia, candidate.id) && lists(ofCandidate, via.id);
}

export const lists = (view: View, id: NodeId): boolean => view.nodes.some((node) => node.id === id && !node.handshake);

/** Nobody, when the cluster is only being made. */
async function membersBefore(context: StepContext): Promise<ReadonlySet<NodeId>> {
  if (context.plan.verb === "create") return new Set();
  const newcomers = new Set(context.plan.steps.flatMap((step) => (step.kind === "meet" ? [step.candidate.id] : [])));
  const { nodes } = await context.sweep();
  return new Set(nodes.filter((node) => !newcomers.has(node.id)).map((node) => node.id));
}

async function checkNewcomer(
  candidate: Candidate,
  link: Link,
  members: ReadonlySet<NodeId>,
  context: StepContext,
): Promise<void> {
  const node = formatEndpoint(candidate.endpoint);
  const view = await quietView(candidate, link, context);
  const expected = new Set([...members, ...candidatesOf(context.plan).map((one) => one.id)]);
  const strangers = view.nodes.filter((one) => !one.isMyself && !expected.has(one.id));
  if (strangers.length > 0) throw refuse("refused", "candidateKnows", { node, nodes: strangers.length });
  const own = ownLine(view);
  if (own.role === "replica") throw refuse("refused", "candidateIsReplica", { node });
  const given = context.plan.steps.flatMap((step) =>
    step.kind === "add-slots" && step.node.id === candidate.id ? step.ranges : [],
  );
  const foreign = subtractRanges(own.ranges, given);
  if (foreign.length > 0) throw refuse("refused", "candidateHasSlots", { node, ranges: formatRanges(foreign) });
  const keys = await countKeys(link);
  if (keys > 0) throw refuse("refused", "candidateHasKeys", { node, keys });
}

/** A handshake hides who it is with: it ends, one way or the other, within a node timeout. */
async function quietView(candidate: Candidate, link: Link, context: StepContext): Promise<View> {
  const ask = () => askView(link, candidate.id, context.now());
  const quiet = await waitFor(context, {
    deadlineMs: HANDSHAKE_MS,
    ask: async () => {
      const view = await ask();
      return view.nodes.every((node) => !node.handshake) && view;
    },
  });
  return quiet ?? (await ask());
}
