import type { Existing } from "@/lib/backup-ref";
import type { BackupManifest } from "@/lib/wire/backups";
import { nodeName, owners } from "../members";
import {
  involvedAnswer,
  involvedSlotsClosed,
  involvedViewsAgree,
  noOtherOperation,
  othersAnswer,
  rights,
  secondWriterSeen,
  slotsCovered,
} from "./cluster-rows";
import type { Context } from "./context";
import { fails, hold, note, passes, type Row, refuse, type Verdict } from "./line";

type Given = { readonly existing: Existing; readonly manifest: BackupManifest };

export const restoreTable = ({ existing, manifest }: Given): readonly Row[] => [
  refuse(noOtherOperation),
  refuse(involvedAnswer),
  refuse(slotsCovered),
  refuse(involvedSlotsClosed),
  refuse(rights),
  ...(existing === "empty" ? [refuse(noKeys)] : []),
  refuse(() => oneDatabase(manifest)),
  hold(noEvictions),
  note(() => noFunctions(manifest)),
  note(secondWriterSeen),
  note(involvedViewsAgree),
  note(othersAnswer),
];

function noKeys({ facts: { topology } }: Context): readonly Verdict[] {
  const keys = owners(topology).reduce((sum, node) => sum + (node.stats?.keys ?? 0), 0);
  return [keys > 0 ? fails("restore-empty", { keys }) : passes("restore-empty", {})];
}

/** A full node that evicts would take a restored key away again, or one that was there. */
export function noEvictions({ facts: { topology } }: Context): readonly Verdict[] {
  const nodes = owners(topology)
    .filter(({ stats }) => stats !== undefined && stats.maxBytes > 0 && stats.maxPolicy !== "noeviction")
    .map(nodeName);
  return [nodes.length > 0 ? fails("restore-evictions", { nodes }) : passes("restore-evictions", {})];
}

function oneDatabase({ shards }: BackupManifest): readonly Verdict[] {
  const others = new Set(shards.flatMap(({ databases }) => databases.map(({ db }) => db)).filter((db) => db !== 0));
  if (others.size === 0) return [passes("restore-database", {})];
  return [fails("restore-database", { databases: [...others].sort((a, b) => a - b).map((db) => `database ${db}`) })];
}

function noFunctions({ shards }: BackupManifest): readonly Verdict[] {
  const functions = Math.max(0, ...shards.map((shard) => shard.functions));
  return [functions > 0 ? fails("restore-functions", { functions }) : passes("restore-functions", {})];
}
