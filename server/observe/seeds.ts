import type { Finding } from "@/lib/cluster/finding";
import { type ClusterId, type Endpoint, formatEndpoint, type NodeId, nodeIdSchema } from "@/lib/cluster/node";
import { reasonOf } from "@/lib/cluster/reason";
import { OpsError } from "@/lib/errors";
import type { ClusterRegistry } from "@/server/clusters/registry";
import { Link } from "@/server/link";
import { readKnownNodes } from "@/server/store/known-nodes";
import type { Store } from "@/server/store/sqlite";

const TRY = { connectTimeoutMs: 800, timeoutMs: 800, maxReplyBytes: 8 * 1024 * 1024 };

type Parts = {
  readonly registry: ClusterRegistry;
  readonly store: Store;
  readonly id: ClusterId;
  readonly now: () => number;
};
/** Any one of them tells of all the others. */
const MOST_KNOWN = 32;
type Silent = { readonly endpoint: Endpoint; readonly sinceMs: number; readonly error: unknown };

/** Said while there is no picture that a silent node could be drawn in. */
export function silentFinding(endpoint: Endpoint, sinceMs: number, reason: string): Finding {
  const node = formatEndpoint(endpoint);
  return {
    key: `node-silent:${node}`,
    code: "node-silent",
    severity: "bad",
    nodeIds: [],
    ranges: [],
    details: { node, slots: 0, reason: reasonOf(reason, node) },
    sinceMs,
  };
}

/**
 * The addresses a person gave: the way in while no node answers, and the only thing to report before one ever did. When
 * none of them answers, the members of the last picture are tried where they were: each only as the node that it was,
 * for somebody else may live there by now.
 */
export class SeedFinder {
  readonly #parts: Parts;
  #silent: readonly Silent[] = [];

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get trouble(): unknown {
    return this.#silent[0]?.error;
  }

  async find(): Promise<readonly { readonly id: NodeId; readonly link: Link }[]> {
    const { registry, id, now } = this.#parts;
    const seeds = registry.find(id)?.seeds ?? [];
    const tries = await Promise.allSettled(seeds.map((seed) => this.#tryOne(seed)));
    const before = new Map(this.#silent.map((one) => [formatEndpoint(one.endpoint), one.sinceMs]));
    this.#silent = tries.flatMap((one, i) => {
      const endpoint = seeds[i];
      if (one.status === "fulfilled" || !endpoint) return [];
      return [{ endpoint, sinceMs: before.get(formatEndpoint(endpoint)) ?? now(), error: one.reason as unknown }];
    });
    const found = tries.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    return found.length > 0 ? found : this.#findKnown();
  }

  async #findKnown(): Promise<readonly { readonly id: NodeId; readonly link: Link }[]> {
    const { registry, store, id } = this.#parts;
    if (!registry.find(id)) return [];
    const known = readKnownNodes(store, id).slice(0, MOST_KNOWN);
    const tries = await Promise.allSettled(
      known.map(async (node) => {
        const found = await this.#tryOne(node.endpoint);
        if (found.id === node.id) return [found];
        found.link.close();
        return [];
      }),
    );
    return tries.flatMap((one) => (one.status === "fulfilled" ? one.value : []));
  }

  findings(): readonly Finding[] {
    return this.#silent.map(({ endpoint, sinceMs, error }) =>
      silentFinding(endpoint, sinceMs, error instanceof Error ? error.message : String(error)),
    );
  }

  async #tryOne(seed: Endpoint): Promise<{ readonly id: NodeId; readonly link: Link }> {
    const link = await Link.open({ ...this.#parts.registry.dial(this.#parts.id, seed), ...TRY });
    try {
      const id = nodeIdSchema.safeParse(await link.call(["CLUSTER", "MYID"]));
      if (id.success) return { id: id.data, link };
      const endpoint = formatEndpoint(seed);
      throw new OpsError({
        code: "unreachable",
        sentence: "notAServer",
        message: `${endpoint} answers, but not as Redis or Valkey does: CLUSTER MYID gave no node id`,
        details: { endpoint, reason: "CLUSTER MYID gave no node id" },
      });
    } catch (error) {
      link.close();
      throw error;
    }
  }
}
