import { replicaLink as words } from "@/lib/words/en/replica-link";

export const hintSettings = ["masteruser", "masterauth", "requirepass", "tls-replication"] as const;
type Told = Readonly<Record<string, string | undefined>>;

/** Which setting keeps a replica from its primary. Values are compared here and, but for the user's name, never told. */
export function linkHint(own: Told, theirs: Told): string {
  const tls = { own: own["tls-replication"], theirs: theirs["tls-replication"] };
  if (tls.own && tls.theirs && tls.own !== tls.theirs) return words.tls({ own: tls.own, theirs: tls.theirs });
  if (theirs.requirepass && own.masterauth === "") return words.missing();
  if (own.masteruser) return words.user({ user: own.masteruser });
  if (theirs.requirepass && own.masterauth !== undefined && own.masterauth !== theirs.requirepass)
    return words.differs();
  return words.log();
}
