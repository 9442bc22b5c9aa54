import {
  involvedAnswer,
  involvedSlotsClosed,
  involvedViewsAgree,
  majority,
  noOtherOperation,
  otherSlotsClosed,
  othersAnswer,
  otherViewsAgree,
  rights,
  secondWriterSeen,
  slotsCovered,
} from "./cluster-rows";
import { hold, note, type Row, refuse } from "./line";
import {
  bigKeys,
  blockedClients,
  evictionRisk,
  functionsMatch,
  memoryHeadroom,
  replicasInSync,
  sourcesEmptied,
  targetGuarded,
  versionsFit,
} from "./move-rows";
import { moveWay, noForeignTask } from "./way-rows";

/** Every plan that moves slots between members. */
export const reshardTable: readonly Row[] = [
  refuse(noOtherOperation),
  refuse(involvedAnswer),
  refuse(majority),
  refuse(involvedViewsAgree),
  refuse(involvedSlotsClosed),
  refuse(noForeignTask),
  refuse(versionsFit),
  refuse(memoryHeadroom),
  refuse(rights),
  hold(targetGuarded),
  hold(evictionRisk),
  hold(bigKeys),
  hold(functionsMatch),
  hold(othersAnswer),
  hold(otherViewsAgree),
  hold(otherSlotsClosed),
  hold(slotsCovered),
  note(moveWay),
  note(secondWriterSeen),
  note(replicasInSync),
  note(blockedClients),
  note(sourcesEmptied),
];
