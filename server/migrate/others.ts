import type { NodeId, ViewNode } from "@/lib/cluster/node";
import type { Slot } from "@/lib/cluster/slots";
import { nap } from "@/server/nap";
import type { Lines } from "./lines";

/** News is gathered so long for each node that is to hear it: a hundred writes a second in all, however many nodes. */
const GATHER_MS_A_NODE = 10;
const GATHER_MS_AT_LEAST = 100;
const ANSWER_MS = 2000;

type News = { readonly slot: Slot; readonly owner: NodeId };

/**
 * Tells the uninvolved primaries who owns a slot now (order of calls, 9). It only spares clients a redirection: gossip
 * tells them anyway, so nobody waits for it and a refusal means nothing. One write a node is under way at a time,
 * because each costs the node a rewrite of its nodes.conf.
 */
export class Others {
  readonly #lines: Lines;
  readonly #waiting = new Map<NodeId, News[]>();
  readonly #sending = new Map<NodeId, Promise<void>>();
  readonly #hurry = new AbortController();

  constructor(lines: Lines) {
    this.#lines = lines;
  }

  tell(view: readonly ViewNode[], slots: readonly Slot[], owner: NodeId, known: readonly NodeId[]): void {
    const news = slots.map((slot) => ({ slot, owner }));
    const hearers = view.filter((node) => isReachable(node) && !node.isMyself && !known.includes(node.id));
    for (const { id } of hearers) {
      this.#waiting.set(id, [...(this.#waiting.get(id) ?? []), ...news]);
      if (!this.#sending.has(id)) this.#sending.set(id, this.#send(id, hearers.length));
    }
  }

  /** Everything is told, or is not told any more: a silent node holds this up for two seconds at most. */
  async done(): Promise<void> {
    this.#hurry.abort();
    const late = new AbortController();
    await Promise.race([Promise.all(this.#sending.values()), nap(ANSWER_MS, late.signal)]);
    late.abort();
    this.#waiting.clear();
  }

  async #send(id: NodeId, hearers: number): Promise<void> {
    try {
      while (this.#waiting.get(id)?.length) {
        await nap(Math.max(GATHER_MS_AT_LEAST, GATHER_MS_A_NODE * hearers), this.#hurry.signal);
        const news = this.#waiting.get(id) ?? [];
        this.#waiting.set(id, []);
        const commands = news.map(({ slot, owner }) => ["CLUSTER", "SETSLOT", slot, "NODE", owner] as const);
        await this.#lines.ask(id, commands, { timeoutMs: ANSWER_MS });
      }
    } catch {
      this.#waiting.delete(id);
    } finally {
      this.#sending.delete(id);
    }
  }
}

export function isReachable(node: ViewNode): boolean {
  return node.role === "primary" && node.health === "ok" && !node.noAddress && !node.handshake;
}
