"use client";
import { useMemo } from "react";
import type { SlotRanges } from "@/lib/cluster/slots";
import type { Topology } from "@/lib/cluster/topology";
import { type OpenGroup, openGroups } from "@/lib/layout/open-slots";
import { fullCount, type KeySteps, keySteps } from "@/lib/layout/slot-keys";
import { rangesByOwner, type SlotScene, sceneOf } from "@/lib/layout/slot-scene";
import { type SlotLayer, tonesOf } from "@/lib/layout/slot-tones";
import type { Operation } from "@/lib/operation";

/** Everything that is drawn of the slots, derived from the live picture and nothing else. */
export type SlotView = {
  readonly scene: SlotScene;
  readonly tones: Uint16Array;
  readonly steps: KeySteps;
  readonly layer: SlotLayer;
  readonly owners: ReadonlyMap<number, SlotRanges>;
  readonly open: readonly OpenGroup[];
  readonly maxIndex: number;
};

type Input = {
  readonly topology: Topology;
  readonly operation: Operation | undefined;
  readonly counts: readonly number[] | undefined;
  readonly layer: SlotLayer;
};

export function useSlotView({ topology, operation, counts, layer }: Input): SlotView {
  const { shards, uncovered, unserved, openSlots } = topology;
  // A heartbeat makes a new topology each second; the map depends on these parts of it alone.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the parts that count stand in the list
  const scene = useMemo(
    () => sceneOf({ topology, operation, counts }),
    [shards, uncovered, unserved, openSlots, operation?.steps, operation?.openSlots, counts],
  );
  const scale = useMemo(() => ({ steps: keySteps(counts ?? []), full: fullCount(counts ?? []) }), [counts]);
  const { steps } = scale;
  const tones = useMemo(() => tonesOf({ scene, layer, ...scale }), [scene, layer, scale]);
  const owners = useMemo(() => rangesByOwner(scene), [scene]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above
  const open = useMemo(
    () => openGroups(topology, operation),
    [openSlots, operation?.openSlots, operation?.steps, operation?.id],
  );
  const maxIndex = useMemo(() => Math.max(1, ...shards.map((shard) => shard.index)), [shards]);
  return useMemo(
    () => ({ scene, tones, steps, layer, owners, open, maxIndex }),
    [scene, tones, steps, layer, owners, open, maxIndex],
  );
}
