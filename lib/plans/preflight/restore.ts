import type { Existing } from "@/lib/backup-ref";
import type { BackupManifest } from "@/lib/wire/backups";
import { nameOf, nodeName, owners } from "../members";
import { isWeighed } from "../restored-bytes";
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
import { evictionRisk, memoryHeadroom, replicasInSync, targetGuarded } from "./move-rows";

type Given = { readonly existing: Existing; readonly manifest: BackupManifest };

/** Where keys may be there already, some of what comes takes no room of its own: then memory is only held. */
export const restoreTable = ({ existing, manifest }: Given): readonly Row[] => [
  refuse(noOtherOperation),
  refuse(involvedAnswer),
  refuse(slotsCovered),
  refuse(involvedSlotsClosed),
  refuse(rights),
  ...(existing === "empty" ? [refuse(noKeys)] : []),
  refuse(() => oneDatabase(manifest)),
  existing === "empty" ? refuse(memoryHeadroom) : hold(memoryHeadroom),
  hold(isWeighed(manifest) ? evictionRisk : noEvictions),
  hold((context) => takesFunctions(context, manifest)),
  note(targetGuarded),
  note(replicasInSync),
  note(secondWriterSeen),
  note(involvedViewsAgree),
  note(othersAnswer),
];

function noKeys({ facts: { topology } }: Context): readonly Verdict[] {
  const keys = owners(topology).reduce((sum, node) => sum + (node.stats?.keys ?? 0), 0);
  return [keys > 0 ? fails("restore-empty", { keys }) : passes("restore-empty", {})];
}

/** A full node that evicts would take a restored key away again, or one that was there. */
export function noEvictions({ facts: { topology, nodes: asked } }: Context): readonly Verdict[] {
  const nodes = owners(topology)
    .filter(({ id, stats }) => {
      const { maxBytes = 0, maxPolicy } = asked[id] ?? stats ?? {};
      return maxBytes > 0 && maxPolicy !== "noeviction";
    })
    .map(nodeName);
  return [nodes.length > 0 ? fails("restore-evictions", { nodes }) : passes("restore-evictions", {})];
}

function oneDatabase({ shards }: BackupManifest): readonly Verdict[] {
  const others = new Set(shards.flatMap(({ databases }) => databases.map(({ db }) => db)).filter((db) => db !== 0));
  if (others.size === 0) return [passes("restore-database", {})];
  return [fails("restore-database", { databases: [...others].sort((a, b) => a - b).map((db) => `database ${db}`) })];
}

/** Before 7.0 there are no functions: the libraries of the backup would be left out. */
function takesFunctions({ facts }: Context, { shards }: BackupManifest): readonly Verdict[] {
  const functions = Math.max(0, ...shards.map((shard) => shard.functions));
  const nodes = owners(facts.topology)
    .filter(({ id }) => facts.nodes[id]?.functionsDigest === undefined)
    .map(({ id }) => nameOf(facts.topology, id));
  if (functions > 0 && nodes.length > 0) return [fails("restore-functions", { functions, nodes })];
  return [passes("restore-functions", { functions })];
}
