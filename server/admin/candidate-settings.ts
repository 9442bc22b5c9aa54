import type { ClusterId } from "@/lib/cluster/node";
import { isOpsError } from "@/lib/errors";
import type { CandidateFacts } from "@/lib/plans/facts";
import type { ClusterRegistry } from "@/server/clusters/registry";
import { type Dial, Link } from "@/server/link";
import type { Observer } from "@/server/observe/observer";

/**
 * Whether a node that is to join could ever copy a primary of this cluster (FAULTS 70). A replica signs in at its
 * primary with `masteruser` and `masterauth`, over TLS when it has `tls-replication yes`; with the wrong ones it joins,
 * is listed as a replica, and never has a byte. So the console tries that very sign-in itself. What was read stays in
 * this function; only the verdict leaves it.
 */
export type SettingsParts = {
  readonly registry: ClusterRegistry;
  readonly observer: Pick<Observer, "snapshot" | "link">;
};

const TIMEOUT_MS = 2000;
const compared = ["tls-cluster", "tls-replication"] as const;

export async function settingsFacts(
  parts: SettingsParts,
  clusterId: ClusterId,
  candidate: Link,
): Promise<Pick<CandidateFacts, "differs" | "syncLogin">> {
  const nodes = parts.observer.snapshot(clusterId).topology?.nodes ?? [];
  const member = nodes.find((node) => node.role === "primary" && node.answer.kind === "answered");
  if (!member) return {};
  const [own, theirs] = await Promise.all([
    settingsOf(candidate, ["masteruser", "masterauth", ...compared]),
    parts.observer.link(clusterId, member.id).then((link) => settingsOf(link, compared)),
  ]);
  const differs = compared.filter(
    (name) => own[name] !== undefined && theirs[name] !== undefined && own[name] !== theirs[name],
  );
  const dial = parts.registry.dial(clusterId, member.endpoint);
  const login = own.masterauth === undefined ? undefined : await tryLogin(dial, own.masteruser, own.masterauth);
  return { differs, ...(login === undefined ? {} : { syncLogin: login }) };
}

/** What CONFIG GET tells; absent where it may not be read or is not known. */
export async function settingsOf(
  link: Link,
  names: readonly string[],
): Promise<Readonly<Record<string, string | undefined>>> {
  const replies = await link.pipeline(names.map((name) => ["CONFIG", "GET", name]));
  return Object.fromEntries(
    names.flatMap((name, i) => {
      const reply = replies[i];
      return reply?.ok && Array.isArray(reply.value) && reply.value.length > 1 ? [[name, String(reply.value[1])]] : [];
    }),
  );
}

async function tryLogin(dial: Dial, user: string | undefined, password: string): Promise<CandidateFacts["syncLogin"]> {
  const as = { user: user || undefined, password: password || undefined };
  try {
    const link = await Link.open({ ...dial, ...as, timeoutMs: TIMEOUT_MS, connectTimeoutMs: TIMEOUT_MS });
    link.close();
    return "accepted";
  } catch (error) {
    if (!isOpsError(error) || error.code !== "unauthenticated") return undefined;
    return password === "" ? "missing" : "refused";
  }
}
