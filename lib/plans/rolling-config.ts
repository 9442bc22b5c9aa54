import type { NodeId } from "@/lib/cluster/node";
import { ownLine, quoted } from "./cli-lines";
import { draftPlan, type PlanDraft } from "./draft";
import type { Facts } from "./facts";
import { expectedOf, fileSetting, isFit } from "./file-settings";
import { nodeName } from "./members";
import { rollingConfigTable } from "./preflight/rolling-change";
import { roll } from "./rolling";
import { rolledByHand, shapeRolled } from "./rolling-restart";
import { isSameSetting, settingOf } from "./settings";
import type { Setting, WishOf } from "./wish";
import { wrong } from "./wrong";

/** Lines of redis.conf that hold from a restart on, written while the node is away. Going back writes what each had. */
export function planRollingConfig(facts: Facts, wish: WishOf<"rolling-config">): PlanDraft {
  const { each, handBack } = wish;
  if ((wish.settings === undefined) === (each === undefined) || (each && wish.nodeIds))
    throw wrong("planSettingsOrEach", {});
  const settingsOf = (id: NodeId): readonly Setting[] =>
    wish.settings ?? each?.filter((one) => one.nodeId === id).flatMap((one) => one.settings) ?? [];
  for (const settings of [wish.settings ?? [], ...(each ?? []).map((one) => one.settings)]) checkAll(settings);
  const asked = wish.nodeIds ?? each?.map((one) => one.nodeId);
  const members = facts.topology.nodes.filter((node) => asked?.includes(node.id) ?? !node.handshake);
  const nodeIds = members.filter(({ id }) => !hasAll(facts, id, settingsOf(id))).map(({ id }) => id);
  if (nodeIds.length === 0) throw wrong("planSettingsThere", { nodes: members.map(nodeName) });
  const rolled = roll({ facts, nodeIds, handBack });
  const steps = rolled.steps.map((step) => {
    if (step.kind !== "restart-node") return step;
    const settings = settingsOf(step.nodeId).map(({ name, value }) => ({
      name,
      value,
      before: settingOf(facts, step.nodeId, name) ?? "",
    }));
    return { ...step, settings };
  });
  return draftPlan({
    facts,
    wish,
    steps: [...steps, { kind: "prove", phase: steps.length }],
    table: rollingConfigTable(rolled, settingsOf),
    context: { involved: rolled.involved },
    after: shapeRolled(facts, rolled, handBack),
    commands: {
      own: ownLines(facts, wish),
      redisCli: rolledByHand(facts, rolled),
    },
  });
}

function checkAll(settings: readonly Setting[]): void {
  const seen = new Set<string>();
  for (const { name, value } of settings) {
    const setting = fileSetting(name);
    if (!setting) throw wrong("planNotInFile", { name });
    if (!isFit(setting, value)) throw wrong("planFileValue", { name, expected: expectedOf(setting) });
    if (seen.has(name)) throw wrong("planSettingTwice", { name });
    seen.add(name);
  }
}

const hasAll = (facts: Facts, id: NodeId, settings: readonly Setting[]): boolean =>
  settings.every(({ name, value }) => {
    const now = settingOf(facts, id, name);
    return now !== undefined && isSameSetting(name, now, value);
  });

function ownLines(facts: Facts, { settings, nodeIds, each, handBack }: WishOf<"rolling-config">): readonly string[] {
  const line = (all: readonly Setting[], ids: readonly NodeId[]) =>
    ownLine(
      facts,
      "rolling-config",
      ...all.map(({ name, value }) => quoted(`${name}=${value}`)),
      ...facts.topology.nodes.filter((node) => ids.includes(node.id)).map((node) => `--node ${nodeName(node)}`),
      ...(handBack ? ["--hand-back"] : []),
    );
  if (each) return each.map((one) => line(one.settings, [one.nodeId]));
  return [line(settings ?? [], nodeIds ?? [])];
}
