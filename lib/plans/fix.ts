import { diagnose } from "@/lib/cluster/diagnose";
import type { NodeId } from "@/lib/cluster/node";
import { countSlots, normalizeRanges, subtractRanges, unionRanges } from "@/lib/cluster/slots";
import { plans } from "@/lib/words/en/plans";
import { entry, ownLine, remark, slotsWord } from "./cli-lines";
import { draftPlan, type PlanDraft } from "./draft";
import type { Facts } from "./facts";
import { type Repair, repairOf } from "./fix-steps";
import { type Treated, waysOf } from "./fix-ways";
import { findMember, memberOf, nameOf, nodeName } from "./members";
import { fixTable } from "./preflight/fix";
import { type FixLines, fixLines } from "./preflight/fix-rows";
import { shapeAfter, shapeOf } from "./shape";
import type { WishOf } from "./wish";
import { wrong } from "./wrong";

/**
 * Mends the ownership of slots so that no key is lost. A node that believes it owns a slot and holds keys of it erases
 * them when it hears of a higher claim (I1): every row below gets all other holders out of that state before a claim
 * is raised, and no flag goes while it is all that tells where keys are (I14).
 *
 * | what stands on the cluster | what is done | what makes it safe |
 * |---|---|---|
 * | open on both sides | carried on to the target by the mover | I2–I4: an owner hands over only what it has emptied |
 * | the same, back, keys on both sides | on to the target, then home: two phases | MIGRATE back from a migrating slot is answered with ASK; I20 |
 * | the same, back, none at the target | STABLE at the owner, then at the target | I14: the target counts 0, before and after |
 * | flag on one side, none at the other | STABLE where the flag is | I14 |
 * | flag on one side, keys at the other | opened again on both, carried on; or, where only the other side imports, its keys go to the owner | 2.4; the other side owns nothing |
 * | flag that names nobody | STABLE | nobody is left who could hold keys by it |
 * | flag on a replica | STABLE at its primary, last of all | it replicates; its own slots are closed then |
 * | several owners | losers: DELSLOTS, NODE winner, IMPORTING, one write; winner takes; keys follow | I1: a loser is no owner when the epoch rises |
 * | nobody, holders with keys | who holds most takes; the others' keys follow | I1: no holder believes that it owns them |
 * | nobody, no keys | spread over those who have fewest | nothing can be lost |
 * | owner does not answer | nothing: start it, or fail over to its replica | it has the keys |
 * | the same, given up by name | taken by the others | typed consent: what it holds is lost when it comes back |
 * | keys without owner or flag | to the owner where it has none of that name; or into a file, and deleted | I10: both are kept when they differ |
 * | a primary names another owner | it is told, by NODE | it claims nothing itself |
 *
 * Two values of one key are never weighed here: equal ones become one, different ones stay where they are, and the
 * operation says so. A side that is silent is left alone unless it is asked for by name.
 */
export function planFix(facts: Facts, wish: WishOf<"fix">): PlanDraft {
  const { topology, slotKeys, cluster } = facts;
  checkNamed(facts, wish);
  const troubles = diagnose(topology, slotKeys);
  const treated = waysOf(topology, wish, troubles);
  if (treated.length === 0) throw wrong("planNothingToFix", { cluster: cluster.name });
  if (treated.every(({ way }) => way === "leave"))
    throw wrong("planNothingChosen", { left: fixLines({ facts, treated }).map((line) => line.text) });
  const repair = repairOf(facts, wish, treated);
  const moves = [...repair.onward, ...repair.home, ...repair.gatherings];
  const seen: FixLines = { facts, treated, repair };
  return draftPlan({
    facts,
    wish,
    steps: repair.steps,
    table: fixTable(seen),
    lines: fixLines(seen),
    context: { involved: involvedIn(repair), moves, mends: true },
    slotsAsked: countSlots(normalizeRanges(treated.flatMap(({ trouble }) => trouble.ranges))),
    after: shapeOfAfter(facts, repair),
    commands: {
      own: [ownLine(facts, "fix", ...flagsOf(wish))],
      redisCli: [`redis-cli --cluster fix ${entry(facts)}`, remark(plans.redisCliDiffers.fix)],
    },
    ...typedFor(facts, wish, treated),
  });
}

function checkNamed({ topology }: Facts, { abandon, owner }: WishOf<"fix">): void {
  for (const id of abandon) {
    const node = memberOf(topology, id);
    if (node.answer.kind === "answered" && !node.noAddress) throw wrong("planAbandonAnswers", { node: nodeName(node) });
  }
  if (owner !== undefined && memberOf(topology, owner).role !== "primary")
    throw wrong("planNotAPrimary", { node: nameOf(topology, owner) });
}

function involvedIn({ steps }: Repair): readonly NodeId[] {
  const ids = steps.flatMap((step) => {
    switch (step.kind) {
      case "move-slots":
        return [step.source, step.target];
      case "gather-keys":
        return [step.from, step.to];
      case "assign-slots":
        return [step.nodeId, ...step.yields];
      case "clear-flags":
        return [...step.flagged, ...step.empty, ...(step.through ? [step.through] : [])];
      default:
        return [];
    }
  });
  return [...new Set(ids)];
}

function shapeOfAfter({ topology }: Facts, { assignments, onward, home }: Repair) {
  const assigned = shapeOf(topology).map((shard) => {
    const lost = assignments.filter(({ nodeId }) => nodeId !== shard.primaryId).flatMap(({ ranges }) => ranges);
    const got = assignments.filter(({ nodeId }) => nodeId === shard.primaryId).flatMap(({ ranges }) => ranges);
    const ranges = unionRanges(subtractRanges(shard.ranges, lost), got);
    return { ...shard, ranges, slots: countSlots(ranges) };
  });
  return shapeAfter(shapeAfter(assigned, onward), home);
}

function flagsOf(wish: WishOf<"fix">): readonly string[] {
  const flag = (name: string, ranges: WishOf<"fix">["ranges"]) => (ranges ? [`--${name} ${slotsWord(ranges)}`] : []);
  return [
    ...flag("ranges", wish.ranges),
    ...(wish.open === "safe" ? [] : [`--open ${wish.open}`]),
    ...flag("finish", wish.finish),
    ...flag("back", wish.back),
    ...flag("leave", wish.leave),
    ...(wish.strays === "move" ? [] : [`--strays ${wish.strays}`]),
    ...(wish.owner ? [`--owner ${wish.owner}`] : []),
    ...wish.abandon.map((id) => `--abandon ${id}`),
  ];
}

/** What is typed although nothing is wrong with the plan: it throws away what cannot be had again. */
function typedFor({ topology }: Facts, wish: WishOf<"fix">, treated: readonly Treated[]): { mustType?: string } {
  const given = treated.filter(({ trouble, way }) => trouble.kind === "owner-gone" && way === "assign");
  const said = [...new Set(given.flatMap(({ trouble }) => trouble.owner ?? []))].map((id) => {
    const node = findMember(topology, id);
    const keys = node?.stats?.keys;
    return plans.confirm.abandon({ node: nameOf(topology, id), ...(keys === undefined ? {} : { keys }) });
  });
  if (wish.strays === "delete" && treated.some(({ way, trouble }) => way === "gather" && trouble.kind === "strayed"))
    said.push(plans.confirm.deleteStrays());
  return said.length === 0 ? {} : { mustType: said.join("\n") };
}
