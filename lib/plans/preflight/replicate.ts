import {
  hostSpread,
  involvedAnswer,
  involvedSlotsClosed,
  involvedViewsAgree,
  noOtherOperation,
  othersAnswer,
  rights,
  secondWriterSeen,
} from "./cluster-rows";
import { hold, note, type Row, refuse } from "./line";
import { lastReplica, resync } from "./membership-rows";

/** Needs the two nodes alone, not a cluster that serves. */
export const replicateTable: readonly Row[] = [
  refuse(noOtherOperation),
  refuse(involvedAnswer),
  refuse(involvedViewsAgree),
  refuse(involvedSlotsClosed),
  refuse(rights),
  hold(lastReplica),
  note(secondWriterSeen),
  note(othersAnswer),
  note(resync),
  note(hostSpread),
];
