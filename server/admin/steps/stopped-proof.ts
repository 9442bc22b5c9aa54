import type { ProofLine } from "@/lib/operation";
import { nodeName } from "@/lib/plans/members";
import type { StepContext } from "./context";
import { line, stepsOf } from "./proof-lines";

/** Of a cluster that was stopped no view is left to be read: its processes are looked for. */
export async function stoppedProof(context: StepContext): Promise<readonly ProofLine[]> {
  const operation = context.operation();
  const steps = stepsOf({ operation }, "stop-node");
  const nodes = await Promise.all(
    steps.map(async ({ managedId }) => ({ managedId, ...(await context.runtime.get(managedId)) })),
  );
  const there = nodes.filter(({ process }) => process.state !== "stopped").map(({ name }) => name);
  const topology = await context.sweep().catch(() => undefined);
  const others = topology?.nodes.filter((node) => node.answer.kind === "answered").map(nodeName) ?? [];
  return [
    there.length === 0
      ? line("processes-gone", "pass", { nodes: nodes.length })
      : line("processes-gone", "fail", { nodes: there }),
    ...(others.length > 0 && there.length === 0 ? [line("still-answering", "unknown", { nodes: others })] : []),
  ];
}
