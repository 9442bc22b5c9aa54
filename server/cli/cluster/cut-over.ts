import { cli } from "@/lib/words/en/cli";
import { openDesk } from "../desk/open";
import { type Run, UsageError } from "../grammar/asked";
import { openOut } from "../tell/out";
import { resumeLine } from "./change";
import { follow } from "./follow";
import { waiting } from "./resume";

/** The process that follows holds the cluster: it is told through its console. */
export const cutOver: Run = async (asked) => {
  if (asked.flags.console === undefined) throw new UsageError(cli.usage.cutOverAlone());
  const out = openOut(asked.flags);
  const desk = await openDesk(asked, out);
  try {
    const { topology } = await desk.picture();
    const following = { desk, out, flags: asked.flags, topology, resume: resumeLine(asked) };
    const { code } = await follow(following, async () => desk.act((await waiting(desk, asked)).id, "cut-over"));
    return code;
  } finally {
    await desk.close();
  }
};
