"use client";
import { useMemo } from "react";
import type { Topology } from "@/lib/cluster/topology";
import { type Eligibility, eligibilityOf, evenOut } from "@/lib/layout/eligibility";
import { type SelectionSummary, summarize } from "@/lib/layout/slot-summary";
import type { ShardRow } from "./shard-row";
import type { SlotView } from "./use-slot-view";

export type Judged = {
  readonly topology: Topology;
  readonly view: SlotView;
  readonly rows: readonly ShardRow[];
  readonly mayOperate: boolean;
  readonly operationId: number | undefined;
};

export type Verdicts = ReadonlyMap<number, Eligibility>;

/** Who may take the selection, one verdict a shard. */
export function useSelectionVerdicts(
  { topology, rows, mayOperate, operationId }: Judged,
  { summary, bytes }: { readonly summary: SelectionSummary; readonly bytes: number | undefined },
): Verdicts {
  return useMemo(
    () =>
      new Map(
        rows.map(({ shard, slots }) => [
          shard.index,
          eligibilityOf({ ...shard, slots }, { topology, selection: summary, bytes, mayOperate, operationId }),
        ]),
      ),
    [topology, rows, mayOperate, operationId, summary, bytes],
  );
}

/** Who may take slots of one shard, before it is said how many: counts are those that would even the two out. */
export function pullVerdicts({ topology, view, rows, mayOperate, operationId }: Judged, giver: number): Verdicts {
  const from = rows.find((row) => row.shard.index === giver);
  if (!from) return new Map();
  const selection = summarize(view.scene, from.ranges);
  const judge = ({ shard, slots }: ShardRow): readonly [number, Eligibility] => {
    const verdict = eligibilityOf({ ...shard, slots }, { topology, selection, mayOperate, operationId });
    const after = slots + evenOut(from.slots, slots);
    return [shard.index, verdict.kind === "can" ? { ...verdict, after } : verdict];
  };
  return new Map(rows.map(judge));
}
