import type { NodeWatch } from "./node-watch";

const EVERY_MS = 60_000;
/** The server's own default, which stands where the account may not read it. */
const DEFAULT_MS = 15_000;

/** The cluster's node timeout, read once a minute from any node that answers. */
export class NodeTimeout {
  #ms = DEFAULT_MS;
  #readAtMs = Number.NEGATIVE_INFINITY;

  get ms(): number {
    return this.#ms;
  }

  /** Resolves with whether it changed. Never rejects. */
  async read(nodes: readonly NodeWatch[]): Promise<boolean> {
    const node = nodes.find((one) => one.isAnswering);
    if (!node || performance.now() - this.#readAtMs < EVERY_MS) return false;
    this.#readAtMs = performance.now();
    try {
      const reply = await (await node.link()).call(["CONFIG", "GET", "cluster-node-timeout"]);
      const ms = Array.isArray(reply) ? Number(reply[1]) : Number.NaN;
      if (!Number.isFinite(ms) || ms <= 0 || ms === this.#ms) return false;
      this.#ms = ms;
      return true;
    } catch {
      return false;
    }
  }
}
