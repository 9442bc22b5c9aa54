import { formatRanges } from "@/lib/cluster/slots";
import type { Topology } from "@/lib/cluster/topology";
import { formatAge, formatBytes } from "@/lib/format";
import { addressIn, captionOf, groupSteps } from "@/lib/layout/step-words";
import type { Plan, PreflightLine } from "@/lib/plans/plan";
import { cliOutput } from "@/lib/words/en/cli-output";
import { plans } from "@/lib/words/en/plans";

const words = cliOutput.plan;

/** The whole plan as the wizards show it: checks, before and after, order, what is at stake. */
export function planLines(plan: Plan, topology: Topology | undefined): readonly string[] {
  const name = (id: string) => addressIn(plan, topology, id);
  return [
    words.title({ verb: plans.verbs[plan.verb], cluster: plan.clusterName, id: plan.id }),
    ...preflightLines(plan.preflight),
    ...shapeLines(plan, name),
    ...(plan.steps.length > 0 ? [words.steps()] : []),
    ...groupSteps(plan).flatMap((group) => {
      const caption = captionOf(group, { plan, topology, words: plans.steps });
      return [words.step({ title: plans.steps[group.kind].title, caption })];
    }),
    ...moveLines(plan, name),
    ...plan.exposure.map(({ target, guarded, keysAtMost, bytesAtMost }) =>
      guarded
        ? words.exposed({ target: name(target), keys: keysAtMost, bytes: formatBytes(bytesAtMost) })
        : words.unguarded({ target: name(target) }),
    ),
    ...(plan.totals.durationMs === undefined ? [] : [words.duration({ time: formatAge(plan.totals.durationMs) })]),
  ];
}

/** Every command, literally, and the same by hand. */
export const commandLines = ({ commands }: Plan): readonly string[] => [
  words.commands({ count: commands.rawCount ?? commands.raw.length }),
  ...commands.raw,
  words.byHand(),
  ...commands.redisCli,
];

/** What stands: passed checks in one line, the others each. */
function preflightLines(lines: readonly PreflightLine[]): readonly string[] {
  const passed = lines.filter((line) => line.state === "pass").length;
  return [
    words.preflight(),
    ...(passed > 0 ? [words.passed({ lines: passed })] : []),
    ...lines.flatMap(({ kind, state, text }) => {
      if (state === "pass") return [];
      if (kind === "note") return [words.noted({ text })];
      if (state === "unknown") return [words.unknown({ text })];
      return [kind === "refuse" ? words.refused({ text }) : words.held({ text })];
    }),
  ];
}

function shapeLines(plan: Plan, name: (id: string) => string): readonly string[] {
  const ids = [...new Set([...plan.before, ...plan.after].map((shard) => shard.primaryId))];
  const slotsIn = (shape: Plan["before"], id: string) => shape.find((shard) => shard.primaryId === id)?.slots ?? 0;
  if (ids.length === 0) return [];
  return [
    words.before(),
    ...ids.map((id) => words.shard({ address: name(id), was: slotsIn(plan.before, id), is: slotsIn(plan.after, id) })),
  ];
}

const moveLines = (plan: Plan, name: (id: string) => string): readonly string[] =>
  plan.steps.flatMap((step) => {
    if (step.kind !== "move-slots") return [];
    const { slots, keys } = step;
    const ranges = formatRanges(step.ranges, "-");
    return [words.moves({ from: name(step.source), to: name(step.target), slots, ranges, keys })];
  });
