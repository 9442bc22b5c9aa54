import {
  candidateAlone,
  candidateAnswers,
  candidateBus,
  candidateClusterMode,
  candidateElsewhere,
  candidateEmpty,
  candidateLogin,
  candidateNoFunctions,
  candidateNoSlots,
  candidatePrimary,
  oneVersion,
} from "./candidate-rows";
import { note, type Row, refuse } from "./line";

/** Rows about each node; how many there are and how they are spread is judged beside the planner, which pairs them. */
export const createTable: readonly Row[] = [
  refuse(candidateAnswers),
  refuse(candidateLogin),
  refuse(candidateClusterMode),
  refuse(candidateAlone),
  refuse(candidateNoSlots),
  refuse(candidateEmpty),
  refuse(candidateNoFunctions),
  refuse(candidatePrimary),
  refuse(candidateElsewhere),
  refuse(candidateBus),
  note(oneVersion),
];
