import {
  hostSpread,
  involvedAnswer,
  involvedSlotsClosed,
  involvedViewsAgree,
  majority,
  noOtherOperation,
  otherSlotsClosed,
  otherViewsAgree,
  rights,
  secondWriterSeen,
  slotsCovered,
} from "./cluster-rows";
import type { Context } from "./context";
import { hold, note, type Row, refuse } from "./line";
import {
  allCanForget,
  canBeStopped,
  hasNoSlots,
  lastReplica,
  resync,
  threePrimaries,
  willBeGone,
} from "./membership-rows";
import {
  bigKeys,
  blockedClients,
  evictionRisk,
  functionsMatch,
  memoryHeadroom,
  replicasInSync,
  targetGuarded,
  versionsFit,
} from "./move-rows";
import { moveWay, noForeignTask } from "./way-rows";

const whenDraining =
  (check: Row["check"]): Row["check"] =>
  (context: Context) =>
    context.moves.length > 0 ? check(context) : [];

/** remove-node and scale-in. Rows about moving apply only where something is drained. */
export const removeNodeTable: readonly Row[] = [
  refuse(noOtherOperation),
  refuse(hasNoSlots),
  refuse(involvedAnswer),
  refuse(whenDraining(majority)),
  refuse(involvedViewsAgree),
  refuse(involvedSlotsClosed),
  refuse(noForeignTask),
  refuse(whenDraining(versionsFit)),
  refuse(whenDraining(memoryHeadroom)),
  refuse(canBeStopped),
  refuse(rights),
  hold(threePrimaries),
  hold(lastReplica),
  hold(allCanForget),
  hold(whenDraining(targetGuarded)),
  hold(whenDraining(evictionRisk)),
  hold(whenDraining(bigKeys)),
  hold(whenDraining(functionsMatch)),
  hold(otherViewsAgree),
  hold(otherSlotsClosed),
  hold(whenDraining(slotsCovered)),
  note(moveWay),
  note(secondWriterSeen),
  note(willBeGone),
  note(resync),
  note(whenDraining(replicasInSync)),
  note(whenDraining(blockedClients)),
  note(hostSpread),
];
