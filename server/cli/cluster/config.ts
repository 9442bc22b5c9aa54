import { configWishSchema, type Setting } from "@/lib/plans/wish";
import { cli } from "@/lib/words/en/cli";
import { type Asked, UsageError } from "../grammar/asked";
import { changes } from "./change";
import { findNode } from "./find-node";

export const config = changes({
  check: settingsIn,
  wish: ({ asked, topology }) => {
    const nodeIds = (asked.flags.node ?? []).map((given) => findNode(topology, given));
    return { verb: "config", settings: settingsIn(asked), ...(nodeIds.length > 0 ? { nodeIds } : {}) };
  },
});

export function settingsIn(asked: Asked): readonly Setting[] {
  return (asked.args.settings ?? []).flatMap((given) => {
    const [name = "", ...rest] = given.split("=");
    const settings = rest.length === 0 ? [] : [{ name, value: rest.join("=") }];
    const wish = configWishSchema.safeParse({ verb: "config", settings });
    if (!wish.success) throw new UsageError(cli.usage.setting({ given }));
    return settings;
  });
}
