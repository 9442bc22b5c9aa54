import { prepareNodesSchema } from "@/lib/wire/runtime";
import { cli } from "@/lib/words/en/cli";
import { type Run, UsageError } from "../grammar/asked";
import { openOut } from "../tell/out";
import { withEngine } from "./engine";
import { processLine } from "./node-lines";

export const prepare: Run = async ({ flags }) => {
  const out = openOut(flags);
  const input = prepareNodesSchema.safeParse({
    count: flags.count ?? 1,
    ...(flags.port === undefined ? {} : { port: flags.port }),
    fields: flags["node-timeout"] === undefined ? {} : { nodeTimeoutMs: flags["node-timeout"] },
    start: !flags["no-start"],
  });
  if (!input.success) {
    const [issue] = input.error.issues;
    throw new UsageError(cli.usage.value({ flag: `--${String(issue?.path.at(-1))}`, reason: issue?.message ?? "" }));
  }
  const nodes = await withEngine(({ runtime }) => runtime.prepare(input.data));
  out.document(nodes);
  for (const node of nodes) out.line(processLine(node));
  return 0;
};
