import type { SourceAccess } from "@/lib/wire/imports";
import { cli } from "@/lib/words/en/cli";
import { cliOutput } from "@/lib/words/en/cli-output";
import { tlsOf } from "../desk/reach";
import { type Asked, UsageError } from "../grammar/asked";
import { askPassword } from "../tell/ask";
import type { Out } from "../tell/out";

/** How the sources let this process in, as redis-cli reads its flags: TLS is spoken to both sides, or to none. */
export async function sourceAccess({ flags }: Asked, out: Out): Promise<SourceAccess | undefined> {
  const user = flags["cluster-from-user"];
  if (flags["cluster-from-pass"] !== undefined && !flags["no-auth-warning"])
    out.note(cli.passwordSeen({ flag: "--cluster-from-pass" }));
  const password = flags["cluster-from-askpass"]
    ? await asked(out, cliOutput.ask.sourcePassword())
    : flags["cluster-from-pass"];
  const sentinelPassword = flags["from-sentinel-askpass"]
    ? await asked(out, cliOutput.ask.sentinelPassword())
    : undefined;
  if (user !== undefined && password === undefined)
    throw new UsageError(cli.usage.together({ flag: "--cluster-from-user", with: "--cluster-from-askpass" }));
  const tls = tlsOf(flags);
  if (password === undefined && sentinelPassword === undefined && tls === undefined) return undefined;
  return {
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
    ...(sentinelPassword === undefined ? {} : { sentinelPassword }),
    ...(tls ? { tls } : {}),
  };
}

async function asked(out: Out, whose: string): Promise<string | undefined> {
  out.note(whose);
  return (await askPassword(out)) || undefined;
}
