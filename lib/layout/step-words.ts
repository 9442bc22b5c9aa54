import { formatEndpoint } from "@/lib/cluster/node";
import { countSlots } from "@/lib/cluster/slots";
import type { Topology } from "@/lib/cluster/topology";
import { formatCount } from "@/lib/format";
import { sourceName } from "@/lib/import-source";
import { assertNever } from "@/lib/of";
import { commandLine, commandWord } from "@/lib/plans/command-word";
import type { Plan } from "@/lib/plans/plan";
import type { Step, StepKind, StepOf } from "@/lib/plans/step";
import type { Words } from "@/lib/words/en";

export type StepGroup = { readonly kind: StepKind; readonly steps: readonly Step[] };

/** Steps of one kind that follow each other are one thing to a reader. */
export function groupSteps(plan: Pick<Plan, "steps">): readonly StepGroup[] {
  const groups: { kind: StepKind; steps: Step[] }[] = [];
  for (const step of plan.steps) {
    const last = groups.at(-1);
    if (last?.kind === step.kind) last.steps.push(step);
    else groups.push({ kind: step.kind, steps: [step] });
  }
  return groups;
}

/** The address of a node of the plan: a member, or one that joins by it. */
export function addressIn(plan: Pick<Plan, "steps">, topology: Topology | undefined, nodeId: string): string {
  const member = topology?.nodes.find((node) => node.id === nodeId);
  if (member) return formatEndpoint(member.endpoint);
  for (const step of plan.steps) {
    if (step.kind === "meet" && step.candidate.id === nodeId) return formatEndpoint(step.candidate.endpoint);
    if (step.kind === "meet" && step.via.id === nodeId) return formatEndpoint(step.via.endpoint);
    if ((step.kind === "set-epoch" || step.kind === "add-slots") && step.node.id === nodeId)
      return formatEndpoint(step.node.endpoint);
  }
  return nodeId.slice(0, 8);
}

type Context = {
  readonly plan: Pick<Plan, "steps">;
  readonly topology: Topology | undefined;
  readonly words: Words["plans"]["steps"];
};

/** What a group of steps does, with the names of its nodes. */
export function captionOf({ steps }: StepGroup, { plan, topology, words }: Context): string {
  const name = (id: string) => addressIn(plan, topology, id);
  const [first] = steps;
  if (!first) return "";
  switch (first.kind) {
    case "start-node":
      return words["start-node"].caption({ node: formatEndpoint(first.endpoint) });
    case "set-epoch":
      return words["set-epoch"].caption({ nodes: steps.length });
    case "add-slots":
      return first.member
        ? words["add-slots"].some({ slots: slotsOf(steps), node: name(first.node.id) })
        : words["add-slots"].caption({ nodes: steps.length });
    case "del-slots":
      return words["del-slots"].caption({ slots: slotsOf(steps) });
    case "set-stable":
      return words["set-stable"].caption({ slots: slotsOf(steps), nodes: namesOf(steps, name) });
    case "set-config":
      return words["set-config"].caption({ settings: settingsOf(steps), nodes: steps.length });
    case "call":
      return words.call.caption({ command: commandLine(first.command), nodes: steps.length });
    case "meet":
      return words.meet.caption({ nodes: steps.length });
    case "await-joined":
      return words["await-joined"].caption({ nodes: first.nodeIds.length, serving: first.serving });
    case "replicate":
      return steps.length === 1
        ? words.replicate.follows({ node: name(first.nodeId), primary: name(first.primaryId) })
        : words.replicate.caption({ nodes: namesOf(steps, name) });
    case "move-slots":
      return words["move-slots"].caption({ pairs: steps.length, slots: slotsOf(steps) });
    case "assign-slots":
      return words["assign-slots"].caption({ slots: slotsIn(steps), node: namesOf(steps, name).join(", ") });
    case "gather-keys":
      return words["gather-keys"].caption({ from: name(first.from), to: name(first.to), way: first.way });
    case "clear-flags":
      return words["clear-flags"].caption({ slots: slotsIn(steps), nodes: flaggedIn(steps).map(name) });
    case "failover":
      return words.failover.caption({ replica: name(first.replicaId), primary: name(first.primaryId) });
    case "forget":
      return words.forget.caption({ nodes: namesOf(steps, name) });
    case "reset":
      return words.reset.caption({ nodes: namesOf(steps, name) });
    case "hurt-node":
      return words["hurt-node"].caption({ nodes: namesOf(steps, name), how: first.how });
    case "drop-node":
      return words["drop-node"].caption({ nodes: namesOf(steps, name) });
    case "forget-cluster":
      return words["forget-cluster"].caption();
    case "restart-node":
      return restartCaption(steps, first, { name, words: words["restart-node"] });
    case "stop-node":
      return words["stop-node"].caption({ nodes: namesOf(steps, name) });
    case "watch-gone":
      return words["watch-gone"].caption({ seconds: Math.round(first.forMs / 1000) });
    case "save-shard":
      return steps.length === 1
        ? words["save-shard"].from({ shard: first.shard, node: name(first.nodeId) })
        : words["save-shard"].caption({ shards: steps.length });
    case "check-backup":
      return words["check-backup"].caption();
    case "load-functions":
      return words["load-functions"].caption({ libraries: first.libraries, nodes: namesOf(steps, name) });
    case "restore-shard":
      return steps.length === 1
        ? words["restore-shard"].one({ shard: first.shard, keys: first.keys })
        : words["restore-shard"].caption({ files: steps.length, keys: keysOf(steps) });
    case "seal-backup":
      return words["seal-backup"].caption();
    case "import-keys":
      return words["import-keys"].caption({
        sources: sourcesOf(steps),
        keys: keysOf(steps),
        way: first.way,
      });
    case "prove":
      return words.prove.caption({ views: topology?.nodes.length ?? joinersOf(plan) });
    default:
      return assertNever(first);
  }
}

const namesOf = (steps: readonly Step[], name: (id: string) => string): readonly string[] =>
  steps.flatMap((step) => ("nodeId" in step && step.nodeId ? [name(step.nodeId)] : []));

type RestartWords = {
  readonly name: (id: string) => string;
  readonly words: Words["plans"]["steps"]["restart-node"];
};

function restartCaption(steps: readonly Step[], first: StepOf<"restart-node">, { name, words }: RestartWords): string {
  const nodes = namesOf(steps, name);
  if (first.managedId === undefined) return words.byHand({ nodes });
  if (first.engine) return words.withEngine({ nodes, engine: `${first.engine.to.kind} ${first.engine.to.version}` });
  return first.settings ? words.withSettings({ nodes, settings: settingsOf(steps) }) : words.caption({ nodes });
}

const flaggedIn = (steps: readonly Step[]): readonly string[] => [
  ...new Set(steps.flatMap((step) => (step.kind === "clear-flags" ? step.flagged : []))),
];

const slotsIn = (steps: readonly Step[]): number =>
  countSlots(steps.flatMap((step) => ("ranges" in step ? step.ranges : [])));
const keysOf = (steps: readonly Step[]): number =>
  steps.reduce((sum, step) => sum + (step.kind === "restore-shard" || step.kind === "import-keys" ? step.keys : 0), 0);

const sourcesOf = (steps: readonly Step[]): readonly string[] =>
  steps.flatMap((step) => (step.kind === "import-keys" ? [sourceName(step.source)] : []));

const slotsOf = (steps: readonly Step[]): number =>
  steps.reduce((sum, step) => {
    if (step.kind === "move-slots") return sum + step.slots;
    return "ranges" in step ? sum + countSlots(step.ranges) : sum;
  }, 0);

/** `name value`, once each; without its value where the nodes get different ones. */
function settingsOf(steps: readonly Step[]): readonly string[] {
  const all = steps.flatMap((step) =>
    step.kind === "set-config" || step.kind === "restart-node" ? (step.settings ?? []) : [],
  );
  return [...new Set(all.map(({ name }) => name))].map((name) => {
    const values = new Set(all.filter((one) => one.name === name).map(({ value }) => value));
    const [value] = values;
    return values.size === 1 && value !== undefined ? `${name} ${commandWord(value)}` : name;
  });
}

function joinersOf(plan: Pick<Plan, "steps">): number {
  const ids = plan.steps.flatMap((step) => (step.kind === "meet" ? [step.candidate.id, step.via.id] : []));
  return new Set(ids).size;
}

/** One step by itself, for the list of a running operation. */
export function stepLine(step: Step, context: Context): string {
  if (step.kind === "move-slots") {
    const [from, to] = [step.source, step.target].map((id) => addressIn(context.plan, context.topology, id));
    return `${from} → ${to}, ${formatCount(step.slots)}`;
  }
  if (step.kind === "meet") return formatEndpoint(step.candidate.endpoint);
  if (step.kind === "set-epoch" || step.kind === "add-slots") return formatEndpoint(step.node.endpoint);
  if (step.kind === "set-config" || step.kind === "call") return addressIn(context.plan, context.topology, step.nodeId);
  return captionOf({ kind: step.kind, steps: [step] }, context);
}
