import { resolve } from "node:path";
import type { OpsError } from "@/lib/errors";
import { configuredOrigin, isLoopbackHost } from "./access/origin";
import { refuse } from "./refuse";

/** What the environment decides, read once at the start. */
export type Settings = {
  readonly dataFolder: string;
  readonly host: string;
  readonly port: number;
  readonly adminToken: string | undefined;
  readonly allowNets: string | undefined;
  /** Where a proxy with a certificate answers for this console. */
  readonly origin: string | undefined;
};

const SHORTEST_TOKEN = 16;

export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const host = env.HOST || "127.0.0.1";
  const origin = configuredOrigin(env);
  if (env.SHARDBOARD_ORIGIN && !origin)
    throw invalid("SHARDBOARD_ORIGIN", "is not an address such as https://shardboard.example.com");
  if (!isLoopbackHost(host.includes(":") ? `[${host}]` : host) && !origin?.startsWith("https:"))
    throw invalid(
      "HOST",
      `is ${host}: off loopback the console wants https. Put a proxy with a certificate before it and name it by SHARDBOARD_ORIGIN=https://…`,
    );
  if (env.SHARDBOARD_ADMIN_TOKEN && env.SHARDBOARD_ADMIN_TOKEN.length < SHORTEST_TOKEN)
    throw invalid("SHARDBOARD_ADMIN_TOKEN", `is shorter than ${SHORTEST_TOKEN} characters`);
  return {
    dataFolder: resolve(/* turbopackIgnore: true */ env.SHARDBOARD_DATA || ".shardboard"),
    host,
    port: Number(env.PORT) || 3000,
    adminToken: env.SHARDBOARD_ADMIN_TOKEN || undefined,
    allowNets: env.SHARDBOARD_ALLOW_NETS || undefined,
    origin,
  };
}

const invalid = (name: string, what: string): OpsError => refuse("invalid", "settingInvalid", { name, what });
