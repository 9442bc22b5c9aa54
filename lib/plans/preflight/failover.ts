import {
  involvedAnswer,
  involvedViewsAgree,
  noOtherOperation,
  othersAnswer,
  rights,
  secondWriterSeen,
} from "./cluster-rows";
import {
  bestReplica,
  canVote,
  forceNeeded,
  type Handover,
  mayFailOver,
  primaryAnswers,
  replicaFollows,
  replicaLag,
  takeoverNeeded,
} from "./failover-rows";
import { note, type Row, refuse } from "./line";

/** Failover never needs that all nodes serve: it is what one does when they do not. */
export const failoverTable = (handover: Handover): readonly Row[] => [
  refuse(noOtherOperation),
  refuse(involvedAnswer),
  primaryAnswers(handover),
  replicaFollows(handover),
  canVote(handover),
  takeoverNeeded(handover),
  refuse(rights),
  forceNeeded(handover),
  bestReplica(handover),
  replicaLag(handover),
  mayFailOver(handover),
  note(secondWriterSeen),
  note(involvedViewsAgree),
  note(othersAnswer),
];
