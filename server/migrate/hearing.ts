import type { NodeId } from "@/lib/cluster/node";
import { parseInfo } from "@/lib/cluster/parse";
import { hasSlot, type Slot } from "@/lib/cluster/slots";
import { nap } from "@/server/nap";
import type { Lines } from "./lines";

const ASK_AGAIN_MS = 2;

/**
 * Some servers (Redis 7.0.13 on, 7.2.0 to 7.2.3) mark a slot whose owner was heard not to claim it, give such a slot to
 * whoever claims it, with whatever epoch, and keep the mark when SETSLOT makes it somebody else's, even their own.
 *
 * A target tells everybody after each NODE of a write, so what it says first does not claim the last slots of that
 * write. A source that was told NODE before it read this marks them; what comes later agrees with what it was told,
 * and agreement clears no mark. When such a slot comes back to it, one late packet of its former owner is enough: it
 * gives the slot away and erases its keys (measured on 7.0.15: a slot in 60 moves to and fro).
 *
 * So the source is told only when it has heard the target's own claim. Nobody waits for that: NODE goes with the keys of
 * one of the next portions, as soon as an answer of the source shows the claim (carry.ts); only the last portions of a
 * move are asked about here. What a packet marks that is late on the other of their two connections stays marked, and
 * so does what other tools have left.
 */
export class Hearing {
  readonly #lines: Lines;
  readonly #marks = new Map<NodeId, boolean>();

  constructor(lines: Lines) {
    this.#lines = lines;
  }

  /** Resolves when it has heard, cannot be asked, or was not told in time: then it is told all the same. */
  async heard(node: NodeId, { slots, owner, waitMs, signal }: News): Promise<void> {
    if (!(await this.isNeeded(node))) return;
    const ends = performance.now() + waitMs;
    while (!signal.aborted && performance.now() < ends) {
      const [reply] = await this.#lines.ask(node, [["CLUSTER", "NODES"]]);
      if (!reply?.ok) return;
      const ranges = this.#lines.parse(String(reply.value)).find(({ id }) => id === owner)?.ranges ?? [];
      if (slots.every((slot) => hasSlot(ranges, slot))) return;
      await nap(ASK_AGAIN_MS, signal);
    }
  }

  /** Whether the node is such a server. It is asked once; one that does not say is taken for one. */
  async isNeeded(node: NodeId): Promise<boolean> {
    const known = this.#marks.get(node) ?? (await this.#askVersion(node));
    this.#marks.set(node, known);
    return known;
  }

  async #askVersion(node: NodeId): Promise<boolean> {
    const [reply] = await this.#lines.ask(node, [["INFO", "server"]]);
    return reply?.ok !== true || keepsMarks(parseInfo(String(reply.value)).redis_version ?? "");
  }
}

export type News = {
  readonly slots: readonly Slot[];
  readonly owner: NodeId;
  readonly waitMs: number;
  readonly signal: AbortSignal;
};

/** By what they call the Redis that they are, as forks do too. */
export function keepsMarks(version: string): boolean {
  const [major, minor, patch = 0] = version.split(".").map(Number);
  if (major !== 7) return false;
  return minor === 0 ? patch >= 13 : minor === 2 && patch <= 3;
}
