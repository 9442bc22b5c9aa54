import { type Endpoint, formatEndpoint } from "@/lib/cluster/node";
import { parseClusterNodes, parseInfo } from "@/lib/cluster/parse";
import { isOpsError, OpsError } from "@/lib/errors";
import { type Dial, Link, NodeReplyError } from "@/server/link";
import { refuse } from "@/server/refuse";

const TIMEOUT_MS = 3000;

/**
 * Whether these seeds are nodes of one cluster that lets us in. Reads only. Seeds that cannot be reached are accepted
 * while another one answers; one that answers wrongly (password, no cluster, another cluster) is not.
 */
export async function verifySeeds(dials: readonly Dial[]): Promise<void> {
  const looks = await Promise.allSettled(dials.map(lookAt));
  const seen = looks.flatMap((look) => (look.status === "fulfilled" ? [look.value] : []));
  const failed = looks.flatMap((look) => (look.status === "rejected" ? [look.reason as unknown] : []));
  const telling = failed.find((error) => !isOpsError(error) || !["unreachable", "timed_out"].includes(error.code));
  if (telling) throw telling;
  if (seen.length === 0) throw failed[0];
  const [first, ...others] = seen;
  const stranger = others.find((seed) => !first?.knows.includes(seed.id) && !seed.knows.includes(first?.id ?? ""));
  if (first && stranger)
    throw new OpsError({
      code: "invalid",
      sentence: "seedsDiffer",
      message: `${formatEndpoint(first.endpoint)} and ${formatEndpoint(stranger.endpoint)} do not know each other: they are nodes of two clusters. Connect them one by one.`,
      details: { first: formatEndpoint(first.endpoint), second: formatEndpoint(stranger.endpoint) },
    });
}

type Seen = { readonly endpoint: Endpoint; readonly id: string; readonly knows: readonly string[] };

async function lookAt(dial: Dial): Promise<Seen> {
  const endpoint = formatEndpoint(dial.endpoint);
  let link: Link | undefined;
  try {
    link = await Link.open({ ...dial, strictLogin: true, timeoutMs: TIMEOUT_MS });
    const info = parseInfo(String(await link.call(["INFO"])));
    if (info.redis_version === undefined && info.valkey_version === undefined)
      throw refusal("notAServer", `${endpoint} answers, but not as Redis or Valkey does: INFO names no version`, {
        endpoint,
        reason: "INFO names no version",
      });
    if (info.cluster_enabled !== "1")
      throw refusal(
        "notACluster",
        `${endpoint} is a standalone server: it answers, but its cluster mode is off (cluster_enabled:0). Give a node of a cluster.`,
        { endpoint },
      );
    const id = String(await link.call(["CLUSTER", "MYID"]));
    const nodes = parseClusterNodes(String(await link.call(["CLUSTER", "NODES"])));
    return { endpoint: dial.endpoint, id, knows: nodes.map((node) => node.id) };
  } catch (error) {
    throw (await wrongTls(error, dial)) ?? clearer(error, dial);
  } finally {
    link?.close();
  }
}

function refusal(sentence: string, message: string, details: Readonly<Record<string, string | boolean>>): OpsError {
  return new OpsError({ code: "invalid", sentence, message, details });
}

/** A node that would answer with TLS the other way round. Looked at without any credential. */
async function wrongTls(error: unknown, dial: Dial): Promise<OpsError | undefined> {
  if (
    !isOpsError(error) ||
    error.code !== "unreachable" ||
    /ECONNREFUSED|CERT|SELF_SIGNED|UNABLE_TO/.test(codeOf(error))
  )
    return undefined;
  const { endpoint, resolve } = dial;
  const tls = dial.tls ? undefined : { rejectUnauthorized: false };
  const link = await Link.open({ endpoint, resolve, tls, timeoutMs: 1000 }).catch((reason: unknown) => reason);
  if (link instanceof Link) link.close();
  else if (!isOpsError(link) || link.code !== "unauthenticated") return undefined;
  const name = formatEndpoint(endpoint);
  return refusal(
    "tlsMismatch",
    dial.tls
      ? `${name} does not speak TLS. Switch TLS off for this cluster, or give the TLS port.`
      : `${name} closes plain connections: it wants TLS. Switch TLS on for this cluster.`,
    { endpoint: name, tls: dial.tls !== undefined },
  );
}

const codeOf = ({ cause }: OpsError) => (cause instanceof Error && "code" in cause ? String(cause.code) : "");

/** Says what a low-level failure means for somebody who fills in the form. */
function clearer(error: unknown, dial: Dial): unknown {
  const endpoint = formatEndpoint(dial.endpoint);
  if (error instanceof NodeReplyError)
    return new OpsError({
      code: "forbidden",
      sentence: "notAllowed",
      message: `${endpoint} lets this account in but not look: ${error.message}`,
      details: { endpoint, reason: error.message },
      cause: error,
    });
  if (!isOpsError(error) || error.code !== "unreachable") return error;
  const reason = String(error.details?.reason ?? error.message);
  const alert =
    /alert ((?:certificate|bad certificate|unsupported certificate|unknown ca|handshake failure)[a-z ]*)/.exec(reason);
  if (dial.tls && alert) {
    const given = dial.tls.cert !== undefined;
    return refuse("invalid", "clientCertificate", { endpoint, given, reason: alert[1] ?? "" }, error);
  }
  if (/CERT|SELF_SIGNED|ALTNAME|UNABLE_TO/.test(codeOf(error)))
    return refusal(
      "certificateNotTrusted",
      `${endpoint} shows a certificate that is not trusted: ${reason}. Give the CA that signed it, or check the name it was made for.`,
      { endpoint, reason },
    );
  if (/Unknown RESP type|Protocol error/i.test(reason))
    return refusal("notAServer", `${endpoint} answers, but not as Redis or Valkey does: ${reason}`, {
      endpoint,
      reason,
    });
  return error;
}
