import { createPrivateKey, X509Certificate } from "node:crypto";
import type { OpsError } from "@/lib/errors";
import type { Connect } from "@/lib/wire/clusters";
import { refuse } from "@/server/refuse";

/** What is wrong with the texts themselves is said before anybody is dialled; the texts are never repeated. */
export function checkPem({ ca, cert, key }: NonNullable<Connect["tls"]>): void {
  if (ca !== undefined) read("CA certificate", () => new X509Certificate(ca));
  if ((cert === undefined) !== (key === undefined))
    throw refuse("invalid", "pemHalf", { missing: cert === undefined ? "certificate" : "key" });
  if (cert === undefined || key === undefined) return;
  const certificate = read("client certificate", () => new X509Certificate(cert));
  const privateKey = read("client key", () => createPrivateKey(key));
  if (!certificate.checkPrivateKey(privateKey)) throw refuse("invalid", "pemMismatch", undefined);
}

function read<T>(part: string, parse: () => T): T {
  try {
    return parse();
  } catch {
    throw unreadable(part);
  }
}

const unreadable = (part: string): OpsError => refuse("invalid", "pemUnreadable", { part });
