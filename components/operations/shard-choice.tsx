"use client";
import type { ReactNode } from "react";
import { useWords } from "@/components/data/words";
import { ShardSwatch } from "@/components/shards/shard-swatch";
import { cx } from "@/components/ui/cx";
import { formatEndpoint } from "@/lib/cluster/node";
import type { Shard, Topology } from "@/lib/cluster/topology";
import { formatCount } from "@/lib/format";

type ShardChoiceProps = {
  readonly label: string;
  readonly hint?: string;
  readonly topology: Topology;
  readonly chosen: readonly string[];
  /** One only: choosing another lets the first go. */
  readonly single?: boolean;
  readonly exclude?: readonly string[];
  readonly onChange: (primaryIds: readonly string[]) => void;
};

/** Shards as buttons: number, primary, slots. */
export function ShardChoice({ label, hint, topology, chosen, single, exclude = [], onChange }: ShardChoiceProps) {
  const words = useWords().wizards.choose;
  const toggle = (id: string) => {
    if (single) return onChange([id]);
    onChange(chosen.includes(id) ? chosen.filter((other) => other !== id) : [...chosen, id]);
  };
  return (
    <Choices label={label} hint={hint}>
      {topology.shards
        .filter((shard) => !exclude.includes(shard.primaryId))
        .map((shard) => (
          <Choice key={shard.index} pressed={chosen.includes(shard.primaryId)} onPress={() => toggle(shard.primaryId)}>
            <ShardSwatch index={shard.index} size={20} />
            <span className="min-w-0 text-left">
              <span className="block truncate font-mono text-12 text-ink">{addressOf(topology, shard)}</span>
              <span className="num block text-12 text-ink3">
                {shard.slots > 0 ? words.owns(formatCount(shard.slots)) : words.ownsNothing}
              </span>
            </span>
          </Choice>
        ))}
    </Choices>
  );
}

export function addressOf(topology: Topology, shard: Pick<Shard, "primaryId">): string {
  const node = topology.nodes.find((n) => n.id === shard.primaryId);
  return node ? formatEndpoint(node.endpoint) : shard.primaryId.slice(0, 8);
}

export function Choices({
  label,
  hint,
  children,
}: {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly children: ReactNode;
}) {
  return (
    <fieldset className="mb-5 min-w-0">
      <legend className="mb-1.5 flex items-baseline gap-2 text-12 font-medium text-ink2">
        {label} {hint && <span className="font-normal text-ink3">{hint}</span>}
      </legend>
      <div className="grid grid-cols-[repeat(auto-fill,minmax(190px,1fr))] gap-2">{children}</div>
    </fieldset>
  );
}

type ChoiceProps = {
  readonly pressed: boolean;
  readonly onPress: () => void;
  readonly disabled?: boolean;
  readonly children: ReactNode;
};

export function Choice({ pressed, onPress, disabled, children }: ChoiceProps) {
  return (
    <button
      type="button"
      aria-pressed={pressed}
      disabled={disabled}
      onClick={onPress}
      className={cx(
        "flex min-h-12 items-center gap-2.5 rounded-panel border px-3 py-2 text-left transition-colors disabled:opacity-50",
        pressed ? "border-accent-ink bg-accent-ground" : "border-line2 bg-bg1 hover:bg-bg3",
      )}
    >
      {children}
    </button>
  );
}
