import type { ProofLine } from "@/lib/operation";
import { isSameSetting } from "@/lib/plans/settings";
import { settingsOf } from "../candidate-settings";
import type { StepContext } from "./context";
import { line, stepsOf } from "./proof-lines";

/** Of files that were changed while their nodes were away: what stands in them, and what the nodes tell. */
export async function configuredProof(context: StepContext): Promise<readonly ProofLine[]> {
  const operation = context.operation();
  const steps = stepsOf({ operation }, "restart-node").filter((step) => step.settings);
  if (steps.length === 0) return [];
  const wrong = await Promise.all(
    steps.map(async ({ nodeId, managedId, settings = [] }) => {
      const names = settings.map(({ name }) => name);
      const told = await settingsOf(await context.link(nodeId), names);
      const written = managedId === undefined ? {} : await context.runtime.configured(managedId, names);
      const isAs = (has: string | undefined, name: string, value: string) => isSameSetting(name, has ?? "", value);
      return settings.flatMap(({ name, value }) => [
        ...(isAs(told[name], name, value) ? [] : [`${context.name(nodeId)} tells ${name} ${told[name] || "(empty)"}`]),
        ...(isAs(written[name], name, value) ? [] : [`${name} is not so in the file of ${context.name(nodeId)}`]),
      ]);
    }),
  );
  const where = wrong.flat();
  const settings = steps.reduce((sum, step) => sum + (step.settings?.length ?? 0), 0);
  return [
    where.length === 0
      ? line("configured", "pass", { settings, nodes: steps.length })
      : line("configured", "fail", { where: where.slice(0, SHOWN) }),
  ];
}

/** Every value asked for again, of every node; and which of them would not survive a restart. */
export async function settingsProof(context: StepContext): Promise<readonly ProofLine[]> {
  const operation = context.operation();
  const steps = stepsOf({ operation }, "set-config");
  if (steps.length === 0) return [];
  const wrong = await Promise.all(
    steps.map(async ({ nodeId, settings }) => {
      const names = settings.map(({ name }) => name);
      const now = await settingsOf(await context.link(nodeId), names);
      return settings
        .filter(({ name, value }) => !isSameSetting(name, now[name] ?? "", value))
        .map(({ name }) => `${name} is ${now[name] || "(empty)"} on ${context.name(nodeId)}`);
    }),
  );
  const where = wrong.flat();
  const counts = { settings: steps.reduce((sum, step) => sum + step.settings.length, 0), nodes: steps.length };
  const lost = steps.filter((step) => !step.keeps).map((step) => context.name(step.nodeId));
  return [
    where.length === 0
      ? line("settings-read-back", "pass", counts)
      : line("settings-read-back", "fail", { where: where.slice(0, SHOWN) }),
    ...(lost.length > 0 ? [line("settings-kept", "unknown", { nodes: lost })] : []),
  ];
}

const SHOWN = 12;
