import type { ManagedNode } from "@/lib/wire/runtime";
import type { Runtime } from "@/server/runtime/runtime";
import type { ExitCode, Run } from "../grammar/asked";
import type { FlagValues } from "../grammar/flags";
import { openOut } from "../tell/out";
import { pickNodes, withRuntime } from "./engine";

const LINES = 20;

export const tail: Run = async ({ args, flags }) =>
  withRuntime(async (runtime) => tailOf(runtime, pickNodes(await runtime.list(), args.nodes ?? []), flags));

/** The last lines of each, and with --follow what comes until Ctrl-C. Several are told apart by their names. */
export async function tailOf(runtime: Runtime, nodes: readonly ManagedNode[], flags: FlagValues): Promise<ExitCode> {
  const out = openOut(flags);
  const told = (node: ManagedNode, line: string) => out.line(nodes.length > 1 ? `${node.name}: ${line}` : line);
  for (const node of nodes) for (const line of await runtime.log(node.id, flags.lines ?? LINES)) told(node, line);
  if (!flags.follow) return 0;
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
  await Promise.all(nodes.map((node) => runtime.tail(node.id, (line) => told(node, line), stop.signal)));
  return 0;
}
