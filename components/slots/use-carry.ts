"use client";
import { useRouter } from "next/navigation";
import { useCallback, useMemo, useState } from "react";
import type { ClusterId } from "@/lib/cluster/node";
import { subtractRanges } from "@/lib/cluster/slots";
import type { SelectionSummary } from "@/lib/layout/slot-summary";
import { wizardPath } from "@/lib/wire/wizard-link";
import type { PullChoice } from "./pull-dialog";
import { type Carried, type ShardDrag, useShardDrag } from "./use-shard-drag";
import { type Judged, pullVerdicts, type Verdicts } from "./use-verdicts";

/** A pull that was dropped, or asked for, and still lacks its number. */
export type Pull = { readonly giver: number; readonly taker?: number };

export type Carry = {
  readonly drag: ShardDrag | undefined;
  readonly startDrag: ReturnType<typeof useShardDrag>["start"];
  /** Of what is dragged now; undefined while nothing is. */
  readonly dragVerdicts: Verdicts | undefined;
  readonly pull: Pull | undefined;
  readonly pullVerdicts: Verdicts;
  readonly setPull: (pull: Pull | undefined) => void;
  /** The selection to a shard: the wizard opens at the plan. */
  readonly planMove: (index: number) => void;
  readonly planPull: (choice: PullChoice) => void;
};

type Input = {
  readonly clusterId: ClusterId;
  readonly judged: Judged;
  readonly summary: SelectionSummary;
  readonly verdicts: Verdicts;
};

const NOBODY: Verdicts = new Map();

/** From the hand to the plan: what is carried, who may take it, and which wizard a drop opens. Nothing here acts. */
export function useCarry({ clusterId, judged, summary, verdicts }: Input): Carry {
  const router = useRouter();
  const [pull, setPull] = useState<Pull>();
  const idOf = (index: number) => judged.rows.find((row) => row.shard.index === index)?.shard.primaryId;

  const planMove = (index: number) => {
    const target = judged.rows.find((row) => row.shard.index === index);
    if (!target || verdicts.get(index)?.kind !== "can") return;
    const ranges = subtractRanges(summary.ranges, target.ranges);
    router.push(wizardPath(clusterId, { verb: "reshard", target: target.shard.primaryId, ranges }));
  };
  const planPull = ({ giver, taker, slots }: PullChoice) =>
    router.push(wizardPath(clusterId, { verb: "reshard", target: idOf(taker), sources: [idOf(giver)], slots }));
  const onDrop = (carried: Carried, index: number) => {
    if (carried.kind === "selection") planMove(index);
    else if (pullVerdicts(judged, carried.index).get(index)?.kind === "can")
      setPull({ giver: carried.index, taker: index });
  };

  const { drag, start } = useShardDrag(onDrop);
  const giver = drag?.carried.kind === "pull" ? drag.carried.index : pull?.giver;
  const { topology, view, rows, mayOperate, operationId } = judged;
  const pulled = useMemo(
    () => (giver === undefined ? NOBODY : pullVerdicts({ topology, view, rows, mayOperate, operationId }, giver)),
    [giver, topology, view, rows, mayOperate, operationId],
  );
  return {
    drag,
    startDrag: start,
    dragVerdicts: drag && (drag.carried.kind === "selection" ? verdicts : pulled),
    pull,
    pullVerdicts: pulled,
    setPull: useCallback((next: Pull | undefined) => setPull(next), []),
    planMove,
    planPull,
  };
}
