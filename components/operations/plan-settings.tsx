"use client";
import { useWords } from "@/components/data/words";
import { Panel } from "@/components/ui/panel";
import type { Topology } from "@/lib/cluster/topology";
import { addressIn } from "@/lib/layout/step-words";
import type { Plan } from "@/lib/plans/plan";

/** What each node has and will have, and whether its file keeps it. */
export function PlanSettings({ plan, topology }: { readonly plan: Plan; readonly topology: Topology | undefined }) {
  const words = useWords().wizards.plan.settings;
  const rows = plan.steps.flatMap((step) =>
    step.kind === "set-config" || step.kind === "restart-node"
      ? (step.settings ?? []).map((setting) => ({
          ...setting,
          nodeId: step.nodeId,
          keeps: step.kind === "restart-node" || step.keeps,
        }))
      : [],
  );
  if (rows.length === 0) return null;
  const { heads } = words;
  return (
    <Panel title={words.title}>
      <div className="overflow-x-auto">
        <table className="w-full text-left text-125 text-ink2">
          <thead>
            <tr className="text-11 text-ink3">
              {[heads.node, heads.setting, heads.before, heads.after, heads.kept].map((head) => (
                <th key={head} scope="col" className="whitespace-nowrap pr-4 pb-1.5 font-medium">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ nodeId, name, before, value, keeps }) => (
              <tr key={`${nodeId} ${name}`} className="align-top">
                <th scope="row" className="py-0.5 pr-4 font-mono font-normal text-12">
                  {addressIn(plan, topology, nodeId)}
                </th>
                <td className="pr-4 font-mono text-12">{name}</td>
                <td className="break-all pr-4 font-mono text-12">{before || words.nothing}</td>
                <td className="break-all pr-4 font-mono font-semibold text-12 text-ink">{value || words.nothing}</td>
                <td>{keeps ? words.kept : words.lost}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
