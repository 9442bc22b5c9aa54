import { formatEndpoint } from "@/lib/cluster/node";
import type { Topology, TopologyNode } from "@/lib/cluster/topology";
import { isOpsError } from "@/lib/errors";
import type { SavedNode } from "@/lib/wire/backups";
import type { Settled } from "@/server/link";
import type { StepContext } from "./context";

/** Settings whose value is, or may hold, a secret; modules have names of their own. */
const SECRET = /(pass|password|auth|secret|token|credentials?)$/i;
const HASH = /(?<=\s)[#>!<]\S+/g;
const ASKED_AT_ONCE = 8;

/** What every node says of itself: settings and ACL without secrets, its own view of the cluster, labels. */
export async function savedNodes(topology: Topology, context: StepContext): Promise<readonly SavedNode[]> {
  const nodes = topology.nodes.filter((node) => !node.handshake);
  const out: SavedNode[] = [];
  for (let at = 0; at < nodes.length; at += ASKED_AT_ONCE)
    out.push(...(await Promise.all(nodes.slice(at, at + ASKED_AT_ONCE).map((node) => savedNode(node, context)))));
  return out;
}

async function savedNode(node: TopologyNode, context: StepContext): Promise<SavedNode> {
  const { id, endpoint, role, primaryId, configEpoch, ranges, labels, stats } = node;
  const base = {
    id,
    address: formatEndpoint(endpoint),
    role,
    ...(primaryId === undefined ? {} : { primaryId }),
    configEpoch,
    ranges,
    ...(stats ? { engine: stats.engine, version: stats.version } : {}),
    labels,
  };
  try {
    const link = await context.link(id);
    const [config, view, acl] = await link.pipeline([
      ["CONFIG", "GET", "*"],
      ["CLUSTER", "NODES"],
      ["ACL", "LIST"],
    ]);
    return { ...base, ...settingsOf({ config, view, acl }) };
  } catch (error) {
    if (!isOpsError(error)) throw error;
    return { ...base, leftOut: [`everything it says of itself: ${error.message}`] };
  }
}

type Answers = Readonly<Record<"config" | "view" | "acl", Settled | undefined>>;

/** What a node refuses to tell is left out, and said. */
function settingsOf({ config, view, acl }: Answers): Pick<SavedNode, "config" | "view" | "acl" | "leftOut"> {
  const pairs = config?.ok && Array.isArray(config.value) ? pairsOf(config.value) : undefined;
  const secrets = pairs?.filter(([name]) => SECRET.test(name)).map(([name]) => name) ?? [];
  const rules =
    acl?.ok && Array.isArray(acl.value) ? acl.value.map((rule) => String(rule).replace(HASH, "#")) : undefined;
  return {
    ...(pairs ? { config: Object.fromEntries(pairs.filter(([name]) => !secrets.includes(name))) } : {}),
    ...(view?.ok ? { view: String(view.value) } : {}),
    ...(rules ? { acl: rules } : {}),
    leftOut: [
      ...secrets,
      ...(rules ? ["password hashes of the ACL"] : []),
      ...refusals([
        ["CONFIG GET", config],
        ["CLUSTER NODES", view],
        ["ACL LIST", acl],
      ]),
    ],
  };
}

const pairsOf = (flat: readonly unknown[]): readonly (readonly [string, string])[] =>
  Array.from(
    { length: Math.floor(flat.length / 2) },
    (_, i) => [String(flat[2 * i]), String(flat[2 * i + 1])] as const,
  );

const refusals = (asked: readonly (readonly [string, Settled | undefined])[]): readonly string[] =>
  asked.flatMap(([command, reply]) => (reply?.ok === false ? [`${command}: ${reply.error.message}`] : []));
