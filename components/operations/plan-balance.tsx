"use client";
import { useWords } from "@/components/data/words";
import { ShardSwatch } from "@/components/shards/shard-swatch";
import { Panel } from "@/components/ui/panel";
import type { Topology } from "@/lib/cluster/topology";
import { formatBytes, formatCount } from "@/lib/format";
import { indexOfPrimary } from "@/lib/layout/plan-bands";
import { addressIn } from "@/lib/layout/step-words";
import type { Balance, Plan } from "@/lib/plans/plan";

type PlanBalanceProps = {
  readonly plan: Plan;
  readonly balance: Balance;
  readonly topology: Topology | undefined;
};

/** What each primary has, should have by its weight, and will have. */
export function PlanBalance({ plan, balance, topology }: PlanBalanceProps) {
  const words = useWords().wizards.plan.balance;
  const { by, overMs } = balance;
  const inBytes = by === "memory" || by === "traffic";
  const amount = (value: number) => (inBytes ? formatBytes(value) : formatCount(Math.round(value)));
  const aside = overMs === undefined ? words.by[by] : `${words.by[by]}, ${words.over(overMs / 1000)}`;
  return (
    <Panel title={words.title} aside={aside}>
      <div className="overflow-x-auto">
        <table className="num w-full text-right text-125">
          <thead>
            <tr className="text-11 text-ink3">
              <th scope="col" className="pb-1.5 text-left font-medium">
                {words.heads.node}
              </th>
              {[words.heads.weight, words.heads.before, words.heads.expected, words.heads.after].map((head) => (
                <th key={head} scope="col" className="whitespace-nowrap pb-1.5 pl-4 font-medium">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {balance.nodes.map(({ nodeId, weight, before, expected, after }) => (
              <tr key={nodeId} className="text-ink2">
                <th scope="row" className="py-0.5 text-left font-normal">
                  <span className="flex items-center gap-2.5">
                    <Swatch index={indexOfPrimary(plan, nodeId)} />
                    <span className="font-mono text-12">{addressIn(plan, topology, nodeId)}</span>
                  </span>
                </th>
                <td className="pl-4">{weight}</td>
                <td className="pl-4">{amount(before)}</td>
                <td className="pl-4">{amount(expected)}</td>
                <td className="pl-4 font-semibold text-ink">{amount(after)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

function Swatch({ index }: { readonly index: number | undefined }) {
  return index === undefined ? <span /> : <ShardSwatch index={index} size={16} />;
}
