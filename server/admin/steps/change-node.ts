import { isOpsError } from "@/lib/errors";
import { isSameSetting } from "@/lib/plans/settings";
import type { StepOf } from "@/lib/plans/step";
import { refuse } from "@/server/refuse";
import type { StepContext } from "./context";

type Restart = StepOf<"restart-node">;

/** Whether the change that came with a restart has been made: somebody may have restarted the node without it. */
export async function isChanged({ managedId, settings, engine }: Restart, { runtime }: StepContext): Promise<boolean> {
  if (managedId === undefined) return true;
  if (engine && (await runtime.get(managedId)).engine.path !== engine.to.path) return false;
  if (!settings) return true;
  const now = await runtime.configured(
    managedId,
    settings.map(({ name }) => name),
  );
  return settings.every(({ name, value }) => isSameSetting(name, now[name] ?? "", value));
}

/** Changed, then started. One that does not start like that is changed back and started as it was, and that is said. */
export async function startChanged(step: Restart, managedId: string, context: StepContext): Promise<void> {
  const { runtime } = context;
  if ((await runtime.get(managedId)).process.state === "running") {
    // It was started by an earlier life of the console, and loads.
    if (await isChanged(step, context)) return;
    await runtime.stop(managedId);
  }
  await change(step, managedId, context, "to");
  try {
    await runtime.start(managedId);
  } catch (error) {
    if (!step.settings && !step.engine) throw error;
    throw await takenBack({ step, managedId, context, error });
  }
}

async function change(step: Restart, managedId: string, { runtime }: StepContext, way: "to" | "from"): Promise<void> {
  const { settings, engine } = step;
  if (engine) await runtime.setEngine(managedId, engine[way].path);
  if (!settings) return;
  const lines = settings.map(({ name, value, before }) => ({ name, value: way === "to" ? value : before }));
  await runtime.configure(managedId, lines);
}

type Failure = {
  readonly step: Restart;
  readonly managedId: string;
  readonly context: StepContext;
  readonly error: unknown;
};

async function takenBack({ step, managedId, context, error }: Failure): Promise<unknown> {
  const told = { node: context.name(step.nodeId), reason: messageOf(error) };
  try {
    if ((await context.runtime.get(managedId)).process.state === "running") await context.runtime.kill(managedId);
    await change(step, managedId, context, "from");
    await context.runtime.start(managedId);
    return refuse("refused", "changeTakenBack", told, error);
  } catch (second) {
    if (!isOpsError(second)) throw second;
    return refuse("refused", "changeNotTakenBack", { ...told, after: messageOf(second) }, second);
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
