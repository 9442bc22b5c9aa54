import type { ManagedNode } from "@/lib/wire/runtime";
import { cliOutput } from "@/lib/words/en/cli-output";
import { savedStartWaves, savedStopWaves } from "@/server/runtime/order";
import type { Runtime } from "@/server/runtime/runtime";
import type { Run } from "../grammar/asked";
import { openOut } from "../tell/out";
import { pickNodes, withEngine } from "./engine";

/** start, stop, restart, kill: several in the safe order, replicas down first and primaries up first. */
export const act: Run = async ({ verb, args, flags }) => {
  const out = openOut(flags);
  return withEngine(async ({ runtime }) => {
    const nodes = pickNodes(await runtime.list(), args.nodes ?? []);
    const waves = verb === "stop" ? await savedStopWaves(nodes) : await savedStartWaves(nodes);
    const done: ManagedNode[] = [];
    for (const wave of waves) {
      const outcomes = await Promise.allSettled(wave.map((id) => actOn(runtime, verb, id)));
      for (const [i, outcome] of outcomes.entries()) {
        const id = wave[i] ?? "";
        if (outcome.status === "fulfilled") {
          done.push(outcome.value);
          out.line(cliOutput.nodes.done({ id, state: outcome.value.process.state }));
        } else {
          const reason = outcome.reason instanceof Error ? outcome.reason.message : String(outcome.reason);
          out.line(cliOutput.nodes.failed({ id, reason }));
        }
      }
    }
    out.document(done);
    return done.length === nodes.length ? 0 : 1;
  });
};

function actOn(runtime: Runtime, verb: string, id: string): Promise<ManagedNode> {
  if (verb === "stop") return runtime.stop(id);
  if (verb === "kill") return runtime.kill(id);
  return verb === "restart" ? runtime.restart(id) : runtime.start(id);
}
