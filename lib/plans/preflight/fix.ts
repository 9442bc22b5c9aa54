import { involvedAnswer, majority, noOtherOperation, othersAnswer, rights, secondWriterSeen } from "./cluster-rows";
import { type FixLines, fixAbandons, fixCounted, fixDisputes, fixLeavesOpen, fixServes } from "./fix-rows";
import { hold, note, type Row, refuse } from "./line";
import {
  bigKeys,
  evictionRisk,
  functionsMatch,
  memoryHeadroom,
  replicasInSync,
  targetGuarded,
  versionsFit,
} from "./move-rows";

/** A repair does not need all nodes, nor that the views agree: that is what it is for. It needs those that it touches. */
export const fixTable = (seen: FixLines): readonly Row[] => [
  refuse(noOtherOperation),
  refuse(involvedAnswer),
  refuse(majority),
  refuse(() => fixCounted(seen)),
  refuse(() => fixServes(seen)),
  refuse((context) => fixDisputes(seen, context)),
  refuse(versionsFit),
  refuse(memoryHeadroom),
  refuse(rights),
  hold(() => fixAbandons(seen)),
  hold(targetGuarded),
  hold(evictionRisk),
  hold(bigKeys),
  hold(functionsMatch),
  note(() => fixLeavesOpen(seen)),
  note(othersAnswer),
  note(secondWriterSeen),
  note(replicasInSync),
];
