import { joiningTable } from "./candidate-table";
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
import { resync } from "./membership-rows";

/** Nothing that is served changes hands, so that a cluster in need can still get a new node. */
export const addNodeTable: readonly Row[] = [
  refuse(noOtherOperation),
  refuse(involvedAnswer),
  ...joiningTable,
  refuse(rights),
  hold(involvedViewsAgree),
  hold(involvedSlotsClosed),
  note(secondWriterSeen),
  note(othersAnswer),
  note(resync),
  note(hostSpread),
];
