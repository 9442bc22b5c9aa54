import type { ConnectionOptions } from "node:tls";
import { z } from "zod";
import type { Of } from "@/lib/of";
import { type Connect, connectSchema } from "@/lib/wire/clusters";

/** What is sealed of a cluster. Leaves this process only towards its nodes. */
export const secretsSchema = z.object({
  user: z.string().optional(),
  password: z.string().optional(),
  tls: connectSchema.shape.tls,
});
export type Secrets = Of<typeof secretsSchema>;

export function secretsOf({ user, password, tls }: Connect): Secrets | undefined {
  if (user === undefined && password === undefined && tls === undefined) return undefined;
  return {
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
    ...(tls === undefined ? {} : { tls }),
  };
}

type Access = Pick<Secrets, "user" | "password">;

export function withAccess(secrets: Secrets | undefined, { user, password }: Access): Secrets | undefined {
  const next = {
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
    ...(secrets?.tls === undefined ? {} : { tls: secrets.tls }),
  };
  return Object.keys(next).length === 0 ? undefined : next;
}

/** What may be told of TLS: that there is something, never what. */
export function shown({ ca, cert, serverName, acceptAnyCertificate }: NonNullable<Secrets["tls"]>) {
  return {
    hasCa: ca !== undefined,
    hasCertificate: cert !== undefined,
    ...(serverName === undefined ? {} : { serverName }),
    acceptsAny: acceptAnyCertificate,
  };
}

/** Verified unless the operator said otherwise for this one cluster (SECURITY 26). */
export function tlsOptions(tls: Secrets["tls"]): ConnectionOptions | undefined {
  if (!tls) return undefined;
  return {
    rejectUnauthorized: !tls.acceptAnyCertificate,
    ...(tls.ca === undefined ? {} : { ca: tls.ca }),
    ...(tls.cert === undefined ? {} : { cert: tls.cert }),
    ...(tls.key === undefined ? {} : { key: tls.key }),
    ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
  };
}
