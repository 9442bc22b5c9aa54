"use client";
import type { ReactNode } from "react";
import { useWords } from "@/components/data/words";
import { ShardSwatch } from "@/components/shards/shard-swatch";
import { cx } from "@/components/ui/cx";
import { Panel } from "@/components/ui/panel";
import { formatRanges } from "@/lib/cluster/slots";
import type { Topology } from "@/lib/cluster/topology";
import { formatBytes, formatCount, UNKNOWN } from "@/lib/format";
import { indexOfPrimary } from "@/lib/layout/plan-bands";
import { addressIn } from "@/lib/layout/step-words";
import type { Plan } from "@/lib/plans/plan";
import type { StepOf } from "@/lib/plans/step";

/** Ranges written out in a cell; more are counted. */
const RANGES_SHOWN = 3;

export function PlanPairs({ plan, topology }: { readonly plan: Plan; readonly topology: Topology | undefined }) {
  const words = useWords().wizards.plan;
  const moves = plan.steps.filter((step): step is StepOf<"move-slots"> => step.kind === "move-slots");
  const phases = new Set(moves.map((move) => move.phase)).size;
  const ranges = moves.reduce((n, move) => n + move.ranges.length, 0);
  return (
    <Panel flush className="overflow-x-auto">
      <table className="num w-full text-left text-125">
        <thead>
          <tr className="text-11 text-ink3">
            <Head>{words.pairs.title}</Head>
            <Head>{words.pairs.range}</Head>
            <Head right>{words.pairs.slots}</Head>
            <Head right>{words.pairs.keys}</Head>
            <Head right>{words.pairs.bytes}</Head>
            {phases > 1 && <Head right>{words.pairs.phase}</Head>}
            <Head>{words.pairs.way}</Head>
          </tr>
        </thead>
        <tbody>
          {moves.map((move) => (
            <tr key={move.id} className="border-line1 border-t">
              <td className="px-3.5 py-2">
                <Pair plan={plan} move={move} topology={topology} />
              </td>
              <td className="px-3.5 py-2 font-mono text-12 text-ink2" title={formatRanges(move.ranges)}>
                {move.ranges.length > RANGES_SHOWN ? words.pairs.ranges(move.ranges.length) : formatRanges(move.ranges)}
              </td>
              <Cell strong>{formatCount(move.slots)}</Cell>
              <Cell>{move.keys === undefined ? UNKNOWN : formatCount(move.keys)}</Cell>
              <Cell>{move.bytes === undefined ? UNKNOWN : `≈ ${formatBytes(move.bytes)}`}</Cell>
              {phases > 1 && <Cell>{move.phase}</Cell>}
              <td className="px-3.5 py-2 text-12 text-ink3">{words.pairs.setslot}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr className="border-line1 border-t bg-bg2 font-semibold text-ink">
            <td className="px-3.5 py-2">{words.pairs.all}</td>
            <td className="px-3.5 py-2 font-normal text-ink3">{words.pairs.ranges(ranges)}</td>
            <Cell strong>{formatCount(plan.totals.slots)}</Cell>
            <Cell strong>{plan.totals.keys === undefined ? UNKNOWN : formatCount(plan.totals.keys)}</Cell>
            <Cell strong>{plan.totals.bytes === undefined ? UNKNOWN : `≈ ${formatBytes(plan.totals.bytes)}`}</Cell>
            {phases > 1 && <td />}
            <td />
          </tr>
        </tfoot>
      </table>
    </Panel>
  );
}

type PairProps = {
  readonly plan: Plan;
  readonly move: Pick<StepOf<"move-slots">, "source" | "target">;
  readonly topology: Topology | undefined;
};

function Pair({ plan, move, topology }: PairProps) {
  return (
    <span className="flex items-center gap-2 whitespace-nowrap">
      <PairSwatches plan={plan} move={move} />
      <span className="font-mono text-12 text-ink3">
        {addressIn(plan, topology, move.source)} → {addressIn(plan, topology, move.target)}
      </span>
    </span>
  );
}

export function PairSwatches({ plan, move }: Pick<PairProps, "plan" | "move">) {
  const from = indexOfPrimary(plan, move.source);
  const to = indexOfPrimary(plan, move.target);
  return (
    <span className="inline-flex items-center gap-2">
      {from !== undefined && <ShardSwatch index={from} size={18} />}
      <span className="text-ink3">→</span>
      {to !== undefined && <ShardSwatch index={to} size={18} />}
    </span>
  );
}

function Head({ right, children }: { readonly right?: boolean; readonly children: ReactNode }) {
  return (
    <th scope="col" className={cx("px-3.5 py-2 font-medium", right && "text-right")}>
      {children}
    </th>
  );
}

function Cell({ strong, children }: { readonly strong?: boolean; readonly children: ReactNode }) {
  return (
    <td className={cx("whitespace-nowrap px-3.5 py-2 text-right", strong ? "font-semibold text-ink" : "text-ink2")}>
      {children}
    </td>
  );
}
