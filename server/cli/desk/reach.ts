import { readFileSync } from "node:fs";
import type { Endpoint } from "@/lib/cluster/node";
import type { Connect } from "@/lib/wire/clusters";
import { readEndpoint } from "@/lib/wire/connect-text";
import { cli } from "@/lib/words/en/cli";
import { UsageError } from "../grammar/asked";
import { type FlagName, type FlagValues, spelled } from "../grammar/flags";
import { askPassword } from "../tell/ask";
import type { Out } from "../tell/out";

/** How the nodes are spoken to, from flags and environment, as redis-cli reads them. */
export type Reach = Pick<Connect, "user" | "password" | "tls">;

const TLS_PARTS = ["cacert", "cert", "key", "insecure", "sni"] as const satisfies readonly FlagName[];

export function addressOf(text: string): Endpoint {
  const endpoint = readEndpoint(text);
  if (endpoint) return endpoint;
  throw new UsageError(cli.usage.address({ given: text }));
}

export async function readReach(flags: FlagValues, out: Out): Promise<Reach> {
  if (flags.a !== undefined && !flags["no-auth-warning"] && !flags.askpass) out.note(cli.passwordSeen({ flag: "-a" }));
  const password = flags.askpass ? await askPassword(out) : (flags.a ?? (process.env.REDISCLI_AUTH || undefined));
  if (flags.user !== undefined && password === undefined)
    throw new UsageError(cli.usage.together({ flag: "--user", with: "a password" }));
  const tls = tlsOf(flags);
  return {
    ...(flags.user === undefined ? {} : { user: flags.user }),
    ...(password ? { password } : {}),
    ...(tls ? { tls } : {}),
  };
}

export function tlsOf(flags: FlagValues): Reach["tls"] {
  const stray = TLS_PARTS.find((name) => flags[name] !== undefined);
  if (!flags.tls && stray) throw new UsageError(cli.usage.together({ flag: spelled(stray), with: "--tls" }));
  if (!flags.tls) return undefined;
  const [ca, cert, key] = [pem("cacert", flags), pem("cert", flags), pem("key", flags)];
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(flags.sni === undefined ? {} : { serverName: flags.sni }),
    acceptAnyCertificate: flags.insecure === true,
  };
}

function pem(name: "cacert" | "cert" | "key", flags: FlagValues): string | undefined {
  const path = flags[name];
  if (path === undefined) return undefined;
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(cli.usage.file({ flag: spelled(name), path, reason }));
  }
}
