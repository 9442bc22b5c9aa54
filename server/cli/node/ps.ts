import type { ManagedNode } from "@/lib/wire/runtime";
import { cliOutput } from "@/lib/words/en/cli-output";
import type { Run } from "../grammar/asked";
import { openOut } from "../tell/out";
import { pickNodes, withRuntime } from "./engine";
import { memberLine, processLine } from "./node-lines";

const listed =
  (lineOf: (node: ManagedNode) => string): Run =>
  async ({ args, flags }) => {
    const out = openOut(flags);
    const all = await withRuntime((runtime) => runtime.list());
    const nodes = args.nodes ? pickNodes(all, args.nodes) : all;
    out.document(nodes);
    if (out.json) return 0;
    if (nodes.length === 0) out.line(cliOutput.nodes.none());
    for (const node of nodes) out.line(lineOf(node));
    return 0;
  };

export const ps = listed(processLine);
/** Process and membership are two things: a node can run and be no member, or be one and not run. */
export const status = listed(memberLine);
