import { type Schedule, scheduleSchema } from "@/lib/schedule";
import { cli } from "@/lib/words/en/cli";
import { UsageError } from "../grammar/asked";
import type { FlagValues } from "../grammar/flags";

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)$/;

/** `--at` and `--window`: for a console that is there when the time comes, not for a call that ends. */
export function scheduleOf({ at, window, console: url }: FlagValues): Schedule | undefined {
  if (at === undefined && window === undefined) return undefined;
  const flag = at === undefined ? "--window" : "--at";
  if (url === undefined) throw new UsageError(cli.usage.together({ flag, with: "--console" }));
  if (at !== undefined && !INSTANT.test(at)) throw new UsageError(cli.usage.instant({ given: at }));
  const [from, to, ...rest] = (window ?? "").split("-");
  const schedule = scheduleSchema.safeParse({
    ...(at === undefined ? {} : { atMs: Date.parse(at) }),
    ...(window === undefined ? {} : { window: { from, to } }),
  });
  if (schedule.success && rest.length === 0) return schedule.data;
  throw new UsageError(cli.usage.window({ given: window ?? at ?? "" }));
}
