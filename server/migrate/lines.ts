import type { NodeId } from "@/lib/cluster/node";
import { type LineCache, parseClusterNodes } from "@/lib/cluster/parse";
import { isOpsError } from "@/lib/errors";
import type { CallOptions, Command, Link, Settled } from "@/server/link";
import type { MoveCluster } from "./mover";
import { stop, Trouble } from "./stop";

/**
 * On top of the node timeout, of which a MIGRATE may block its node for half; other questions wait behind it. Longer
 * than any node needs for a SETSLOT: Valkey 8 may hold one for 2 s until its replicas have it.
 */
const REPLY_MS = 5000;
const CACHED_LINES = 4000;

/**
 * The connections of one move, one a node, kept while they live. Nothing is ever sent twice here: a connection that
 * is lost makes a Trouble, and whoever catches it reads the servers before it sends anything else (I9).
 */
export class Lines {
  readonly #cluster: MoveCluster;
  readonly #signal: AbortSignal;
  readonly #links = new Map<NodeId, Link>();
  readonly #seen: LineCache = new Map();

  constructor(cluster: MoveCluster, signal: AbortSignal) {
    this.#cluster = cluster;
    this.#signal = signal;
  }

  /** One write, all replies, as buffers. Error replies are data; a lost or silent node is a Trouble. */
  async ask(id: NodeId, commands: readonly Command[], options: CallOptions = {}): Promise<readonly Settled[]> {
    if (this.#signal.aborted) throw stop("user", "hardStop", {});
    if (commands.length === 0) return [];
    try {
      const link = await this.#to(id);
      return await link.pipeline(commands, {
        timeoutMs: this.#cluster.nodeTimeoutMs + REPLY_MS,
        buffers: true,
        ...options,
      });
    } catch (error) {
      throw this.#trouble(error, id);
    }
  }

  /** CLUSTER NODES, parsed; lines that did not change are not parsed again. */
  parse(text: string) {
    if (this.#seen.size > CACHED_LINES) this.#seen.clear();
    return parseClusterNodes(text, this.#seen);
  }

  async #to(id: NodeId): Promise<Link> {
    const known = this.#links.get(id);
    if (known?.isOpen) return known;
    const fresh = await this.#cluster.link(id);
    this.#links.set(id, fresh);
    return fresh;
  }

  #trouble(error: unknown, nodeId: NodeId): unknown {
    if (!isOpsError(error) || error.code === "cancelled" || error.code === "internal") return error;
    // Another life of the console has taken over: nothing is asked again.
    if (error.sentence === "leaseLost") return error;
    if (error.code === "unauthenticated" || error.code === "forbidden")
      return stop("step-failed", "notLetIn", { node: nodeId, reason: error.message }, { nodeId });
    return new Trouble(error.message, nodeId);
  }
}

/** A reply that must be there; an error reply becomes a Trouble. */
export function replyOf(settled: Settled | undefined, nodeId: NodeId): unknown {
  if (!settled) throw new Trouble("a reply is missing", nodeId);
  if (!settled.ok) throw new Trouble(settled.error.message, nodeId);
  return settled.value;
}
