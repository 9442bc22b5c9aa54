import type { ManagedNode } from "@/lib/wire/runtime";
import { cliOutput } from "@/lib/words/en/cli-output";
import { stopSandbox } from "@/server/sandbox";
import type { Run } from "../grammar/asked";
import { infoLines } from "../tell/cluster-lines";
import { openOut } from "../tell/out";
import { withEngine, withRuntime } from "./engine";
import { memberLine } from "./node-lines";
import { tailOf } from "./tail";

const runs = (node: ManagedNode): boolean => node.process.state === "running";
const sandboxOf = (nodes: readonly ManagedNode[]) => nodes.filter((node) => node.sandbox);

/** What the console does at its start: made where there is none, else its members start again, primaries first. */
export const up: Run = async ({ flags }) => {
  const out = openOut(flags);
  return withEngine(async (engine) => {
    await engine.start((line) => out.line(line));
    const nodes = sandboxOf(await engine.runtime.list());
    out.document(nodes);
    for (const node of nodes) out.line(memberLine(node));
    return nodes.length > 0 && nodes.every(runs) ? 0 : 1;
  });
};

export const down: Run = async ({ flags }) => {
  const out = openOut(flags);
  return withEngine(async ({ runtime }) => {
    await stopSandbox({ runtime, say: (line) => out.line(line) });
    const nodes = sandboxOf(await runtime.list());
    out.document(nodes);
    for (const node of nodes) out.line(memberLine(node));
    return nodes.some(runs) ? 1 : 0;
  });
};

export const state: Run = async ({ flags }) => {
  const out = openOut(flags);
  const nodes = sandboxOf(await withRuntime((runtime) => runtime.list()));
  const running = nodes.filter(runs);
  if (running.length === 0) {
    out.document({ nodes });
    out.line(cliOutput.nodes.sandboxDown());
    return 1;
  }
  const { lookAt } = await import("../desk/look");
  const looking = await lookAt(
    running.map((node) => node.endpoint),
    {},
  );
  try {
    const { topology } = await looking.picture();
    out.document({ nodes, state: topology.state, shards: topology.shards });
    if (!out.json) for (const line of [...nodes.map(memberLine), ...infoLines(topology)]) out.line(line);
    return topology.state === "ok" ? 0 : 1;
  } finally {
    await looking.close();
  }
};

export const tailAll: Run = async ({ flags }) =>
  withRuntime(async (runtime) => tailOf(runtime, sandboxOf(await runtime.list()), flags));
