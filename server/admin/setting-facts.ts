import { parseInfo } from "@/lib/cluster/parse";
import type { SettingFacts } from "@/lib/plans/facts";
import { isSecretSetting, NODE_TIMEOUT } from "@/lib/plans/settings";
import type { Wish } from "@/lib/plans/wish";
import type { Link } from "@/server/link";
import { settingsOf } from "./candidate-settings";

/** Settings that a wish is about. Secrets are never read: such a wish is refused anyway. */
export function settingNames(wish: Wish): readonly string[] {
  if (wish.verb === "set-timeout") return [NODE_TIMEOUT];
  if (wish.verb === "drill") return wish.how === "segfault" ? ["enable-debug-command"] : [];
  if (wish.verb !== "config" && wish.verb !== "rolling-config") return [];
  const all = [...(wish.settings ?? []), ...(wish.each ?? []).flatMap((one) => one.settings)];
  return [...new Set(all.map(({ name }) => name))].filter((name) => !isSecretSetting(name));
}

export async function readSettings(link: Link, names: readonly string[]): Promise<SettingFacts> {
  const values = await settingsOf(link, names);
  const server = parseInfo(String(await link.call(["INFO", "server"])));
  return { values, hasFile: (server.config_file ?? "") !== "" };
}
