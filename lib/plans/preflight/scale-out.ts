import { joiningTable } from "./candidate-table";
import { hostSpread } from "./cluster-rows";
import { note, type Row } from "./line";
import { reshardTable } from "./reshard";

/** All that holds for a node that joins, and all that holds for slots that move. */
export const scaleOutTable: readonly Row[] = [...joiningTable, ...reshardTable, note(hostSpread)];
