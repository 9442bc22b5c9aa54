"use client";
import { useDeferredValue, useMemo } from "react";
import { sentenceOf } from "@/components/data/api";
import type { ClusterId } from "@/lib/cluster/node";
import type { Topology } from "@/lib/cluster/topology";
import type { Brush } from "@/lib/layout/brush";
import { type KeyHistogram, keyHistogram, type SelectionSummary, summarize } from "@/lib/layout/slot-summary";
import { moveMs } from "@/lib/plans/estimate";
import type { Measure } from "@/lib/wire/clusters";
import type { ShardRow } from "./shard-row";
import { useMeasure } from "./use-measure";
import type { SlotView } from "./use-slot-view";

export type Selection = {
  readonly summary: SelectionSummary;
  readonly histogram: KeyHistogram | undefined;
  readonly measure: Measure | undefined;
  readonly isMeasured: boolean;
  readonly measureError: string | undefined;
  /** Measured, of exactly this selection. */
  readonly bytes: number | undefined;
  /** By the plan's own rule, to whichever shard; the plan itself counts more. */
  readonly estimateMs: number | undefined;
};

type Input = {
  readonly clusterId: ClusterId;
  readonly brush: Brush;
  readonly view: SlotView;
  readonly rows: readonly ShardRow[];
  readonly topology: Topology;
};

/** All that is told of the selection. Counts are at hand at once; sizes are measured when the hand rests. */
export function useSelection({ clusterId, brush, view, rows, topology }: Input): Selection {
  // The map follows the hand at once; the figures may come a frame later.
  const ranges = useDeferredValue(brush.ranges);
  const { isDrawing } = brush;
  const summary = useMemo(() => summarize(view.scene, ranges), [view.scene, ranges]);
  const histogram = useMemo(() => keyHistogram(view.scene, ranges), [view.scene, ranges]);
  const { measure, isCurrent, error } = useMeasure(clusterId, ranges, { enabled: !isDrawing && ranges.length > 0 });
  const bytes = isCurrent ? measure?.bytes : undefined;
  const estimateMs = useMemo(() => {
    if (bytes === undefined || summary.unknownSlots > 0) return undefined;
    const rtts = topology.nodes.map(({ answer }) => (answer.kind === "answered" ? answer.rttMs : 0));
    // Pairs run side by side, but one target does all the work of a selection.
    const [source, target] = [rows[0]?.shard.primaryId, rows[1]?.shard.primaryId];
    if (!source || !target) return undefined;
    const step = { kind: "move-slots", id: 0, phase: 0, source, target, ranges, bytes } as const;
    return moveMs(
      { ...step, slots: summary.slots, keys: summary.keys },
      { pace: "careful", rttMs: Math.max(0, ...rtts) },
    );
  }, [bytes, summary, topology.nodes, rows, ranges]);
  return {
    summary,
    histogram,
    measure,
    isMeasured: isCurrent,
    measureError: error && ranges.length > 0 ? sentenceOf(error) : undefined,
    bytes,
    estimateMs,
  };
}
