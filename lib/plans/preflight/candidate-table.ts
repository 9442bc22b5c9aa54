import * as candidate from "./candidate-rows";
import { candidateCouldSync, candidateSettings, candidateSyncs } from "./candidate-settings";
import { note, type Row, refuse } from "./line";

/** Every node that is to join a cluster that lives. */
export const joiningTable: readonly Row[] = [
  refuse(candidate.candidateAnswers),
  refuse(candidate.candidateLogin),
  refuse(candidate.candidateClusterMode),
  refuse(candidate.candidateNotMember),
  refuse(candidate.candidateAlone),
  refuse(candidate.candidateNoSlots),
  refuse(candidate.candidateEmpty),
  refuse(candidate.candidateNoFunctions),
  refuse(candidate.candidatePrimary),
  refuse(candidate.candidateElsewhere),
  refuse(candidate.candidateVersion),
  refuse(candidate.candidateBus),
  refuse(candidateSettings),
  refuse(candidateSyncs),
  note(candidateCouldSync),
  note(candidate.candidateSameVersion),
  note(candidate.candidateTimeout),
];
