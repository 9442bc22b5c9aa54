import { nameOf } from "../members";
import { snapshotBytes, snapshotSources } from "../snapshot-sources";
import {
  involvedAnswer,
  involvedSlotsClosed,
  involvedViewsAgree,
  noOtherOperation,
  otherSlotsClosed,
  othersAnswer,
  rights,
  secondWriterSeen,
  slotsCovered,
} from "./cluster-rows";
import type { Context } from "./context";
import { fails, hold, note, passes, type Row, refuse, unknown, type Verdict } from "./line";

/** Room for what comes in meanwhile. A file is smaller than the memory its keys take, never by how much is known. */
const MARGIN = 1.1;

/** A cluster in trouble is saved too: what is missing then is said, and taken on by name. */
export const backupTable: readonly Row[] = [
  refuse(noOtherOperation),
  refuse(shardsToSave),
  refuse(involvedAnswer),
  refuse(rights),
  hold(slotsCovered),
  hold(involvedSlotsClosed),
  hold(otherSlotsClosed),
  hold(roomOnDisk),
  note(fromReplicas),
  note(secondWriterSeen),
  note(involvedViewsAgree),
  note(othersAnswer),
];

function shardsToSave({ facts: { topology } }: Context): readonly Verdict[] {
  const shards = snapshotSources(topology).length;
  return [shards > 0 ? passes("backup-shards", { shards }) : fails("backup-shards", {})];
}

function roomOnDisk({ facts: { topology, freeDiskBytes } }: Context): readonly Verdict[] {
  const bytes = snapshotBytes(topology);
  if (bytes === undefined || freeDiskBytes === undefined) return [unknown("backup-room", {})];
  const told = { bytes, free: freeDiskBytes };
  return [freeDiskBytes >= bytes * MARGIN ? passes("backup-room", told) : fails("backup-room", told)];
}

function fromReplicas({ facts: { topology } }: Context): readonly Verdict[] {
  const sources = snapshotSources(topology);
  const primaries = sources.filter((one) => !one.isReplica).map(({ nodeId }) => nameOf(topology, nodeId));
  return [
    primaries.length > 0
      ? fails("backup-from-replicas", { nodes: primaries })
      : passes("backup-from-replicas", { shards: sources.length }),
  ];
}
