import { cli } from "@/lib/words/en/cli";
import { first, UsageError } from "../grammar/asked";
import { changes } from "./change";

export const maintenance = changes({
  check: ({ flags: { end, stop } }) => {
    if (end && stop) throw new UsageError(cli.usage.notBoth({ one: "--end", other: "--stop" }));
  },
  wish: ({ asked }) => {
    const { end = false, stop = false } = asked.flags;
    return { verb: "maintenance", host: first(asked, "host"), end, stop };
  },
});
