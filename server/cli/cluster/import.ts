import type { ImportSource } from "@/lib/import-source";
import { importWishSchema } from "@/lib/plans/wish";
import { cli } from "@/lib/words/en/cli";
import { addressOf } from "../desk/reach";
import { type Asked, UsageError } from "../grammar/asked";
import { type FlagName, spelled } from "../grammar/flags";
import { changes } from "./change";
import { sourceAccess } from "./source-access";

/** redis-cli's words as they mean there: without --cluster-copy the sources lose what has arrived. */
export const importKeys = changes({
  check: (asked) => {
    sourcesOf(asked);
    optionsOf(asked);
  },
  wish: async ({ asked, out, desk }) => {
    const access = await sourceAccess(asked, out);
    const sealed = access && (await desk.keepAccess(access));
    return importWishSchema.parse({
      verb: "import",
      from: sourcesOf(asked),
      ...optionsOf(asked),
      ...(sealed === undefined ? {} : { access: sealed }),
    });
  },
});

function sourcesOf({ flags }: Asked): readonly ImportSource[] {
  const servers = (flags["cluster-from"] ?? []).flatMap((given) => given.split(","));
  const sentinels = flags["from-sentinel"] ?? [];
  const name = flags["from-name"];
  if (sentinels.length > 0 && name === undefined)
    throw new UsageError(cli.usage.together({ flag: "--from-sentinel", with: "--from-name" }));
  if (name !== undefined && sentinels.length === 0)
    throw new UsageError(cli.usage.together({ flag: "--from-name", with: "--from-sentinel" }));
  if (servers.length === 0 && name === undefined) throw new UsageError(cli.usage.noSource());
  return [
    ...servers.map((given) => ({ kind: "server" as const, endpoint: addressOf(given) })),
    ...(name === undefined ? [] : [{ kind: "sentinel" as const, sentinels: sentinels.map(addressOf), name }]),
  ];
}

function optionsOf({ flags }: Asked) {
  if (flags.follow && flags["cluster-copy"])
    throw new UsageError(cli.usage.notBoth({ one: "--follow", other: "--cluster-copy" }));
  if (flags["cut-over"] && !flags.follow)
    throw new UsageError(cli.usage.together({ flag: "--cut-over", with: "--follow" }));
  if (flags.follow && !flags["cut-over"] && flags.console === undefined) throw new UsageError(cli.usage.whoCutsOver());
  if (flags["cluster-replace"] && flags.present !== undefined && flags.present !== "replace")
    throw new UsageError(cli.usage.notBoth({ one: "--cluster-replace", other: `--present ${flags.present}` }));
  const present = flags["cluster-replace"] ? "replace" : flags.present;
  const options = {
    way: flags.follow ? "follow" : flags["cluster-copy"] ? "copy" : "move",
    ...(flags["cut-over"] ? { cutOver: "caught-up" } : {}),
    ...(flags.db === undefined ? {} : { db: flags.db }),
    ...(flags["other-databases"] === undefined ? {} : { otherDatabases: flags["other-databases"] }),
    ...(present === undefined ? {} : { present }),
    ...(flags["cluster-pipeline"] === undefined ? {} : { batchKeys: flags["cluster-pipeline"] }),
    ...(flags["cluster-timeout"] === undefined ? {} : { timeoutMs: flags["cluster-timeout"] }),
  };
  const parsed = importWishSchema.pick({ db: true, batchKeys: true, timeoutMs: true }).safeParse(options);
  const [wrong] = parsed.error?.issues ?? [];
  const flagOf: Readonly<Record<string, FlagName>> = {
    db: "db",
    batchKeys: "cluster-pipeline",
    timeoutMs: "cluster-timeout",
  };
  const flag = flagOf[String(wrong?.path[0])];
  if (wrong && flag) throw new UsageError(cli.usage.value({ flag: spelled(flag), reason: wrong.message }));
  return options;
}
