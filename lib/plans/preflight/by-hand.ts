import type { NodeId } from "@/lib/cluster/node";
import { eachSlot, formatRanges, hasSlot, type SlotRanges } from "@/lib/cluster/slots";
import { findMember, isUp, nameOf, nodeName, primaries } from "../members";
import { openIn } from "../open-flags";
import {
  involvedAnswer,
  involvedSlotsClosed,
  involvedViewsAgree,
  noOtherOperation,
  othersAnswer,
  otherViewsAgree,
  rights,
  secondWriterSeen,
} from "./cluster-rows";
import type { Context } from "./context";
import { fails, failuresOr, hold, note, passes, type Row, refuse, unknown, type Verdict } from "./line";
import { allCanForget, hasNoSlots, lastReplica } from "./membership-rows";

/** The tables of the cluster's own commands, done by hand. */

export const forgetTable: readonly Row[] = [
  refuse(noOtherOperation),
  refuse(ownsNothing),
  refuse(hasNoSlots),
  refuse(rights),
  hold(allCanForget),
  hold(lastReplica),
  hold(comesBack),
  note(secondWriterSeen),
];

export const addSlotsTable = (given: { readonly nodeId: NodeId; readonly ranges: SlotRanges }): readonly Row[] => [
  refuse(noOtherOperation),
  refuse(involvedAnswer),
  refuse(involvedViewsAgree),
  refuse(involvedSlotsClosed),
  refuse(rights),
  // Who does not answer may believe that it owns them, and has their keys wiped when it hears of the new owner.
  hold(othersAnswer),
  hold(otherViewsAgree),
  hold(keysElsewhere(given.ranges, (id) => id !== given.nodeId)),
  note(secondWriterSeen),
];

export const delSlotsTable: readonly Row[] = [
  refuse(noOtherOperation),
  refuse(involvedAnswer),
  refuse(involvedViewsAgree),
  refuse(involvedSlotsClosed),
  refuse(rights),
  // A member that is not told brings the slots back to their owner in its own view only.
  hold(othersAnswer),
  hold(otherViewsAgree),
  note(secondWriterSeen),
];

export const setSlotStableTable = (ranges: SlotRanges): readonly Row[] => [
  refuse(noOtherOperation),
  refuse(involvedAnswer),
  refuse(sidesAnswer(ranges)),
  refuse(keysStranded(ranges)),
  refuse(rights),
  note(involvedViewsAgree),
  note(secondWriterSeen),
];

function ownsNothing({ facts: { topology }, leaving }: Context): readonly Verdict[] {
  return leaving.flatMap((id) => {
    const node = findMember(topology, id);
    if (!node || !isUp(node)) return [];
    const name = nodeName(node);
    return [
      node.ranges.length > 0
        ? fails("owns-nothing", { node: name, ranges: formatRanges(node.ranges) })
        : passes("owns-nothing", { node: name }),
    ];
  });
}

function comesBack({ facts: { topology }, leaving }: Context): readonly Verdict[] {
  return leaving.flatMap((id) => {
    const node = findMember(topology, id);
    const name = nameOf(topology, id);
    return [node && isUp(node) ? fails("comes-back", { node: name }) : passes("comes-back", { node: name })];
  });
}

type Found = { readonly keys: number; readonly where: readonly string[]; readonly blind: readonly string[] };

/** Keys of these slots on primaries other than the owner that is meant. */
function strangeKeys({ facts }: Context, ranges: SlotRanges, isStrange: (id: NodeId, slot: number) => boolean): Found {
  const { topology, slotKeys } = facts;
  let keys = 0;
  const where: string[] = [];
  const blind: string[] = [];
  for (const node of primaries(topology)) {
    const slots = [...eachSlot(ranges)].filter((slot) => isStrange(node.id, slot));
    if (slots.length === 0) continue;
    const counts = slotKeys[node.id];
    if (!counts || slots.some((slot) => (counts[slot] ?? -1) < 0)) blind.push(nodeName(node));
    const mine = slots.reduce((sum, slot) => sum + Math.max(0, counts?.[slot] ?? 0), 0);
    if (mine > 0) where.push(nodeName(node));
    keys += mine;
  }
  return { keys, where, blind };
}

const keysElsewhere =
  (ranges: SlotRanges, isStrange: (id: NodeId) => boolean): Row["check"] =>
  (context) => {
    const { keys, where, blind } = strangeKeys(context, ranges, isStrange);
    if (keys > 0) return [fails("keys-elsewhere", { keys, nodes: where })];
    return [blind.length > 0 ? unknown("keys-elsewhere", { nodes: blind }) : passes("keys-elsewhere", {})];
  };

/** I14: closed like this, keys on another node than the owner are hidden while every check is green (FAULTS e20). */
const keysStranded =
  (ranges: SlotRanges): Row["check"] =>
  (context) => {
    const { nodes } = context.facts.topology;
    const owns = (id: NodeId, slot: number) => hasSlot(nodes.find((node) => node.id === id)?.ranges ?? [], slot);
    const open = openIn(context.facts.topology, ranges).map(({ slot }) => [slot, slot] as const);
    const { keys, where } = strangeKeys(context, open, (id, slot) => !owns(id, slot));
    return [keys > 0 ? fails("keys-stranded", { keys, nodes: where }) : passes("keys-stranded", {})];
  };

/** Whoever may hold keys of them must be asked; a side that was forgotten cannot be, and holds nothing for the cluster. */
const sidesAnswer =
  (ranges: SlotRanges): Row["check"] =>
  ({ facts: { topology } }) => {
    const sides = openIn(topology, ranges).flatMap(({ source, target, migratingOn, importingOn }) => [
      ...(source === undefined ? [] : [source]),
      ...(target === undefined ? [] : [target]),
      ...migratingOn,
      ...importingOn,
    ]);
    const silent = [...new Set(sides)].flatMap((id) => {
      const node = findMember(topology, id);
      return node && node.answer.kind !== "answered" ? [nodeName(node)] : [];
    });
    return failuresOr(
      silent.map((node) => fails("sides-answer", { node })),
      passes("sides-answer", {}),
    );
  };
