"use client";
import { useWords } from "@/components/data/words";
import { Chip, type Tone, ToneIcon } from "@/components/ui/chip";
import { cx } from "@/components/ui/cx";
import { Panel } from "@/components/ui/panel";
import type { Plan, PreflightLine } from "@/lib/plans/plan";

const order = { refuse: 0, hold: 1, note: 2 } as const;

export function toneOfLine(line: PreflightLine): Tone {
  if (line.state === "pass") return "ok";
  if (line.state === "unknown") return "quiet";
  return line.kind === "refuse" ? "bad" : line.kind === "hold" ? "warn" : "info";
}

/** What was checked before anything is shown: what does not hold first, then all the rest. */
export function PreflightList({ plan }: { readonly plan: Plan }) {
  const words = useWords().wizards.preflight;
  const passed = plan.preflight.filter((line) => line.state === "pass").length;
  const lines = [...plan.preflight].sort((a, b) => rank(a) - rank(b));
  return (
    <div className="max-w-4xl p-4.5">
      <Panel
        title={words.title}
        aside={<span className="num">{words.summary(passed, plan.preflight.length)}</span>}
        flush
      >
        <ul>
          {lines.map((line) => (
            <Line key={`${line.code} ${line.text}`} line={line} />
          ))}
        </ul>
      </Panel>
    </div>
  );
}

const rank = (line: PreflightLine): number =>
  (line.state === "fail" ? 0 : line.state === "unknown" ? 10 : 20) + order[line.kind];

function Line({ line }: { readonly line: PreflightLine }) {
  const words = useWords().wizards.preflight;
  const tone = toneOfLine(line);
  return (
    <li className="flex items-start gap-3 border-line1 border-t px-3.5 py-2.5">
      <span title={words.states[line.state]} className="mt-0.5">
        <ToneIcon tone={tone} size={15} />
      </span>
      <p className={cx("min-w-0 flex-1 text-13", line.state === "pass" ? "text-ink2" : "text-ink")}>
        {line.text}
        <span className="sr-only"> ({words.states[line.state]})</span>
      </p>
      {line.state === "fail" && (
        <Chip tone={tone} icon={false}>
          {words.kinds[line.kind]}
        </Chip>
      )}
    </li>
  );
}
