"use client";
import { Plus } from "lucide-react";
import Link from "next/link";
import { useWords } from "@/components/data/words";
import { buttonClass } from "@/components/ui/button";
import { cx } from "@/components/ui/cx";
import type { ClusterId } from "@/lib/cluster/node";
import { wizardPath } from "@/lib/wire/wizard-link";

/** What can be begun, by what it is about; what is by hand stands in the palette alone. */
const offered = {
  slots: ["reshard", "rebalance", "scale-out", "scale-in", "drain"],
  nodes: ["add-node", "remove-node", "failover", "replicate"],
  care: ["fix", "config", "set-timeout", "call", "backup", "restore", "import"],
  rolling: ["rolling-restart", "rolling-config", "rolling-upgrade", "maintenance"],
  whole: ["stop-cluster", "start-cluster", "drill", "decommission"],
} as const;

type Group = keyof typeof offered;

export function Starters({ clusterId }: { readonly clusterId: ClusterId }) {
  const { operations } = useWords();
  return (
    <nav aria-label={operations.start} className="flex flex-col gap-4">
      {(Object.keys(offered) as Group[]).map((group) => (
        <section key={group} aria-label={operations.groups[group]} className="flex flex-col gap-2">
          <h2 className="font-medium text-12 text-ink3">{operations.groups[group]}</h2>
          <div className="grid grid-cols-[repeat(auto-fill,minmax(220px,1fr))] gap-2.5">
            {offered[group].map((verb) => (
              <Starter key={verb} clusterId={clusterId} verb={verb} />
            ))}
          </div>
        </section>
      ))}
    </nav>
  );
}

type StarterProps = { readonly clusterId: ClusterId; readonly verb: (typeof offered)[Group][number] };

function Starter({ clusterId, verb }: StarterProps) {
  const { plans, wizards } = useWords();
  return (
    <Link
      href={wizardPath(clusterId, { verb })}
      className={cx(
        buttonClass(),
        "h-auto! flex-col items-start! justify-start! gap-1! whitespace-normal! px-3.5! py-2.5!",
      )}
    >
      <span className="flex items-center gap-2 font-semibold text-13 text-ink">
        <Plus size={13} strokeWidth={2} className="text-ink3" aria-hidden />
        {plans.verbs[verb]}
      </span>
      <span className="line-clamp-2 font-normal text-12 text-ink3">{wizards.about[verb]}</span>
    </Link>
  );
}
