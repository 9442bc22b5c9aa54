import { formatDateTime } from "@/lib/format";
import { nodeName } from "../members";
import type { WishOf } from "../wish";
import { noOtherOperation, secondWriterSeen } from "./cluster-rows";
import type { Context } from "./context";
import { fails, hold, note, passes, type Row, refuse } from "./line";
import { keepsAll, othersByHand, servesNobody } from "./whole-cluster";

export const decommissionTable = ({ deleteFolders }: WishOf<"decommission">): readonly Row[] => [
  refuse(noOtherOperation),
  hold(lastBackup),
  ...(deleteFolders ? [] : [hold(keepsAll("configured"))]),
  note(servesNobody),
  note(othersByHand(false)),
  note(foldersGo(deleteFolders)),
  note(secondWriterSeen),
];

/** Offered, not made: what is in it was decided when it was made. */
function lastBackup({ facts }: Context) {
  const keys = facts.topology.nodes.reduce(
    (sum, node) => sum + (node.role === "primary" ? (node.stats?.keys ?? 0) : 0),
    0,
  );
  if (facts.lastBackupMs !== undefined) return [passes("last-backup", { made: formatDateTime(facts.lastBackupMs) })];
  return keys === 0 ? [] : [fails("last-backup", { keys })];
}

const foldersGo =
  (isAsked: boolean): Row["check"] =>
  ({ facts }) => {
    const mine = facts.topology.nodes.filter((node) => facts.managed[node.id]).map(nodeName);
    if (mine.length === 0) return [];
    return [isAsked ? fails("folders-go", { nodes: mine }) : passes("folders-go", { nodes: mine })];
  };
