import { cli } from "@/lib/words/en/cli";
import { openForCreate } from "../desk/open";
import { addressOf } from "../desk/reach";
import { first, type Run, UsageError } from "../grammar/asked";
import { checkLines } from "../tell/cluster-lines";
import { openOut } from "../tell/out";
import { carryOut } from "./change";

export const create: Run = async (asked) => {
  const out = openOut(asked.flags);
  const replicasPerPrimary = asked.flags["cluster-replicas"] ?? 0;
  if (!Number.isInteger(replicasPerPrimary) || replicasPerPrimary < 0)
    throw new UsageError(cli.usage.notWhole({ flag: "--cluster-replicas", least: 0 }));
  const nodes = (asked.args.nodes ?? []).map((given) => ({ endpoint: addressOf(given) }));
  const { desk, name } = await openForCreate(asked, out);
  try {
    const wish = { verb: "create", name, nodes, replicasPerPrimary } as const;
    const done = async () => checkLines(await desk.picture(), first(asked, "nodes"));
    return await carryOut({ asked, desk, out, wish, topology: undefined, done });
  } finally {
    await desk.close();
  }
};
