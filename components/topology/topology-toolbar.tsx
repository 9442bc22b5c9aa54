"use client";
import { useWords } from "@/components/data/words";
import { Segmented } from "@/components/ui/segmented";
import { type Grouping, groupings } from "@/lib/layout/topology-rows";

export type TopologyForm = "drawing" | "table";

type TopologyToolbarProps = {
  readonly form: TopologyForm;
  readonly onForm: (form: TopologyForm) => void;
  readonly grouping: Grouping;
  readonly onGrouping: (grouping: Grouping) => void;
};

export function TopologyToolbar({ form, onForm, grouping, onGrouping }: TopologyToolbarProps) {
  const words = useWords().topology;
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
      <Segmented
        label={words.views.drawing}
        value={form}
        onChange={onForm}
        options={[
          { value: "drawing", text: words.views.drawing },
          { value: "table", text: words.views.table },
        ]}
      />
      <span className="flex items-center gap-2.5 text-125 text-ink3">
        {words.groupBy}
        <Segmented
          label={words.groupBy}
          value={grouping}
          onChange={onGrouping}
          options={groupings.map((value) => ({ value, text: words.groups[value] }))}
        />
      </span>
      {form === "drawing" && (
        <ul className="ml-auto hidden items-center gap-5 text-12 text-ink3 lg:flex">
          <li className="flex items-center gap-2">
            <Line /> {words.legend.replicates}
          </li>
          <li className="flex items-center gap-2">
            <Line down /> {words.legend.linkDown}
          </li>
          <li className="flex items-center gap-2">
            <span className="font-semibold text-13 text-warn">≠</span> {words.legend.viewDiffers}
          </li>
        </ul>
      )}
    </div>
  );
}

function Line({ down }: { readonly down?: boolean }) {
  return (
    <svg width={24} height={4} aria-hidden role="presentation">
      <path
        d="M1 2H23"
        strokeWidth={1.6}
        strokeLinecap="round"
        stroke={down ? "var(--bad)" : "var(--ink3)"}
        {...(down ? { strokeDasharray: "0.5 5" } : {})}
      />
    </svg>
  );
}
