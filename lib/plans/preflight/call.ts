import { noOtherOperation, rights, secondWriterSeen } from "./cluster-rows";
import { targetsAbsent } from "./config";
import { note, type Row, refuse } from "./line";

export const callTable: readonly Row[] = [
  refuse(noOtherOperation),
  refuse(rights),
  note(targetsAbsent),
  note(secondWriterSeen),
];
