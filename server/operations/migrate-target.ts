import type { NodeId } from "@/lib/cluster/node";
import { askView } from "@/server/admin/steps/ask";
import type { MigrateTarget } from "@/server/admin/steps/context";
import type { Link } from "@/server/link";
import { refuse } from "@/server/refuse";

type Question = {
  readonly id: NodeId;
  readonly from: NodeId;
  readonly link: (id: NodeId) => Promise<Link>;
  readonly credentials: { readonly user?: string; readonly password?: string };
  readonly now: () => number;
};

/**
 * Where one node reaches another for MIGRATE (FAULTS 67): the host as the source itself has it in its view, never as
 * the console dials it. MIGRATE speaks TLS exactly when the source has `tls-cluster yes`, and CLUSTER NODES shows another
 * port for each kind of connection, so the port is asked of the target by name where CONFIG may be read.
 */
export async function findMigrateTarget({ id, from, link, credentials, now }: Question): Promise<MigrateTarget> {
  const source = await link(from);
  const seen = (await askView(source, from, now())).nodes.find((node) => node.id === id);
  if (!seen || seen.noAddress || seen.endpoint.host === "")
    throw refuse("refused", "nodeUnknownHere", { node: id.slice(0, 8) });
  const overTls = (await config(source, "tls-cluster"))["tls-cluster"] === "yes";
  const ports = await config(await link(id), "*port");
  const own = overTls
    ? firstPort(ports["cluster-announce-tls-port"], ports["tls-port"])
    : firstPort(ports["cluster-announce-port"], ports.port);
  return { host: seen.endpoint.host, port: own ?? seen.endpoint.port, ...credentials };
}

/** Empty where our account may not read it, or the version does not know it. */
async function config(link: Link, pattern: string): Promise<Readonly<Record<string, string>>> {
  const [settled] = await link.pipeline([["CONFIG", "GET", pattern]]);
  if (!settled?.ok || !Array.isArray(settled.value)) return {};
  const words = settled.value.map(String);
  return Object.fromEntries(words.flatMap((word, i) => (i % 2 === 0 ? [[word, words[i + 1] ?? ""] as const] : [])));
}

function firstPort(...ports: readonly (string | undefined)[]): number | undefined {
  return ports.map(Number).find((port) => port > 0);
}
