import type { NodeId } from "@/lib/cluster/node";
import type { TopologyNode } from "@/lib/cluster/topology";
import { plans } from "@/lib/words/en/plans";
import { type CliLines, entry, hostAndPortFlags, ownLine, quoted, remark } from "./cli-lines";
import { draftPlan, type PlanDraft } from "./draft";
import type { Facts } from "./facts";
import { nodeName } from "./members";
import { configTable } from "./preflight/config";
import { isSameSetting, NODE_TIMEOUT, settingOf, whyDenied } from "./settings";
import type { StepOf } from "./step";
import { sortOut, targetsOf } from "./targets";
import type { Setting, WishOf } from "./wish";
import { wrong } from "./wrong";

type ConfigStep = Omit<StepOf<"set-config">, "id">;

/**
 * Settings on many nodes: one step a node, which knows what the node had before, so that going back is exact. A node
 * that has the value already gets no command; one that does not answer is named and left out.
 */
export function planConfig(facts: Facts, wish: WishOf<"config">): PlanDraft {
  if ((wish.settings === undefined) === (wish.each === undefined)) throw wrong("planSettingsOrEach", {});
  if (wish.each && wish.nodeIds) throw wrong("planSettingsOrEach", {});
  const settingsOf = (id: NodeId): readonly Setting[] =>
    wish.settings ?? wish.each?.filter((one) => one.nodeId === id).flatMap((one) => one.settings) ?? [];
  return planSettings(facts, { wish, settingsOf, commands: configLines(facts, wish) });
}

/** CONFIG SET of cluster-node-timeout, on every member. */
export function planSetTimeout(facts: Facts, wish: WishOf<"set-timeout">): PlanDraft {
  const { timeoutMs } = wish;
  return planSettings(facts, {
    wish,
    settingsOf: () => [{ name: NODE_TIMEOUT, value: String(timeoutMs) }],
    commands: {
      own: [ownLine(facts, "set-timeout", String(timeoutMs))],
      redisCli: [
        `redis-cli --cluster set-timeout ${entry(facts)} ${timeoutMs}`,
        remark(plans.redisCliDiffers.exitsZero),
      ],
    },
  });
}

type Task = {
  readonly wish: WishOf<"config" | "set-timeout">;
  readonly settingsOf: (id: NodeId) => readonly Setting[];
  readonly commands: CliLines;
};

function planSettings(facts: Facts, { wish, settingsOf, commands }: Task): PlanDraft {
  const targets = targetsOf(facts.topology, wish);
  for (const { id } of targets) checkSettings(settingsOf(id));
  const { up, absent } = sortOut(targets);
  if (up.length === 0) throw wrong("planNobodyToTell", { nodes: targets.map(nodeName) });
  const steps = up.flatMap((node) => stepOf(facts, node, settingsOf(node.id)));
  const isKnown = up.every(({ id }) => settingsOf(id).every(({ name }) => settingOf(facts, id, name) !== undefined));
  if (isKnown && steps.length === 0) throw wrong("planSettingsThere", { nodes: up.map(nodeName) });
  return draftPlan({
    facts,
    wish,
    steps: isKnown ? [...steps, { kind: "prove", phase: 1 }] : [],
    table: configTable(settingsOf),
    context: { involved: up.map((node) => node.id), absent },
    commands,
  });
}

function checkSettings(settings: readonly Setting[]): void {
  const seen = new Set<string>();
  for (const { name } of settings) {
    const why = whyDenied(name);
    if (why) throw wrong("planSettingDenied", { name, why });
    if (seen.has(name)) throw wrong("planSettingTwice", { name });
    seen.add(name);
  }
}

function stepOf(facts: Facts, { id }: TopologyNode, settings: readonly Setting[]): readonly ConfigStep[] {
  const changes = settings.flatMap(({ name, value }) => {
    const before = settingOf(facts, id, name);
    return before === undefined || isSameSetting(name, before, value) ? [] : [{ name, value, before }];
  });
  const keeps = facts.settings?.[id]?.hasFile ?? false;
  return changes.length === 0 ? [] : [{ kind: "set-config", phase: 0, nodeId: id, settings: changes, keeps }];
}

function configLines(facts: Facts, wish: WishOf<"config">): CliLines {
  const set = ({ name, value }: Setting) => quoted(`${name}=${value}`);
  if (!wish.each) {
    const settings = wish.settings ?? [];
    const nodes = wish.nodeIds ? targetsOf(facts.topology, wish).map(nodeName) : [];
    const call = ({ name, value }: Setting) => `CONFIG SET ${name} ${quoted(value)}`;
    const differs = remark(plans.redisCliDiffers.exitsZero);
    return {
      own: [ownLine(facts, "config", ...settings.map(set), ...nodes.map((node) => `--node ${node}`))],
      redisCli:
        nodes.length > 0
          ? nodes.flatMap((node) => settings.map((one) => `redis-cli ${hostAndPortFlags(node)} ${call(one)}`))
          : [...settings.map((one) => `redis-cli --cluster call ${entry(facts)} ${call(one)}`), differs],
    };
  }
  const pairs = targetsOf(facts.topology, wish).map((node) => ({
    node: nodeName(node),
    settings: wish.each?.filter((one) => one.nodeId === node.id).flatMap((one) => one.settings) ?? [],
  }));
  return {
    own: pairs.map(({ node, settings }) => ownLine(facts, "config", ...settings.map(set), `--node ${node}`)),
    redisCli: pairs.flatMap(({ node, settings }) =>
      settings.map(({ name, value }) => `redis-cli ${hostAndPortFlags(node)} CONFIG SET ${name} ${quoted(value)}`),
    ),
  };
}
