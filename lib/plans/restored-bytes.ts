import { countSlots, intersectRanges } from "@/lib/cluster/slots";
import type { Topology } from "@/lib/cluster/topology";
import type { BackupManifest } from "@/lib/wire/backups";
import type { Arrival } from "./headroom";
import { owners } from "./members";

/** Every shard with keys was saved with what they took. */
export const isWeighed = ({ shards }: Pick<BackupManifest, "shards">): boolean =>
  shards.every((shard) => shard.keys === 0 || shard.memoryBytes !== undefined);

/**
 * What the keys of a backup will take at each owner, in the memory that they took where they were saved: of each saved
 * shard the share of its slots. Absent where a shard with keys was saved before its memory was written down.
 */
export function restoredBytes(topology: Topology, { shards }: BackupManifest): readonly Arrival[] {
  const isKnown = isWeighed({ shards });
  return owners(topology).map(({ id, ranges }) => {
    if (!isKnown) return { nodeId: id };
    const bytes = shards.reduce((sum, shard) => {
      const slots = countSlots(shard.ranges);
      const shared = countSlots(intersectRanges(shard.ranges, ranges));
      return slots === 0 ? sum : sum + ((shard.memoryBytes ?? 0) * shared) / slots;
    }, 0);
    return { nodeId: id, bytes: Math.round(bytes) };
  });
}
