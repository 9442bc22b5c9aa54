import type { NodeId } from "@/lib/cluster/node";
import type { Slot } from "@/lib/cluster/slots";
import { bySlot, migrateTimeoutMs, sizeKeys } from "./batch";
import { replyOf } from "./lines";
import { cutPortions, type Portion, type RefusedSlot } from "./portions";
import type { Run } from "./run";
import { parseReplication } from "./sides";

/** Slots of one window. 512 SETSLOTs a write keep a server busy for some milliseconds. */
const SLOTS_AT_MOST = 512;
/** Portions' worth of keys in one window: one commit, and one look ahead, for so many; and what is held in memory. */
const PORTIONS_AT_MOST = 32;
const KEYS_AT_MOST = 20_000;
/** Slots whose key counts are read ahead in one write. */
const COUNTED_AHEAD = 1024;
/** A slot with more keys is not looked through before it is opened: a big key is found when its turn comes. */
const LOOKED_THROUGH = 10_000;

export type PlannedWindow = {
  readonly source: NodeId;
  readonly sourceReplId: string;
  readonly portions: readonly Portion[];
};

/**
 * Cuts the slots into windows, and these into portions, lowest slot first. Counts are read far ahead and only guide;
 * what a window holds is read again, key by key, while the one before it is on its way. What is created or deleted in
 * between is found when the slots are open.
 */
export class WindowPlanner {
  readonly refused: RefusedSlot[] = [];
  readonly #run: Run;
  #queue: readonly Slot[];
  #counts = new Map<Slot, number>();
  #ahead: Promise<PlannedWindow | undefined> | undefined;

  constructor(run: Run, slots: readonly Slot[]) {
    this.#run = run;
    this.#queue = slots;
  }

  /** The next window, undefined when there is none left. */
  async next(): Promise<PlannedWindow | undefined> {
    this.readAhead();
    const planned = await this.#ahead;
    this.#ahead = undefined;
    if (!planned || planned.source === this.#run.source) return planned;
    this.#giveBack(planned);
    return this.next();
  }

  /** Starts to read the next window. */
  readAhead(): void {
    this.#ahead ??= this.#plan();
    this.#ahead.catch(() => {});
  }

  /** After a trouble: what was read ahead may be another primary's. */
  async forget(): Promise<void> {
    const planned = await this.#ahead?.catch(() => undefined);
    this.#ahead = undefined;
    this.#counts.clear();
    if (planned) this.#giveBack(planned);
  }

  #giveBack({ portions }: PlannedWindow): void {
    this.#queue = [...portions.flatMap(({ slots }) => slots), ...this.#queue].sort((a, b) => a - b);
  }

  async #plan(): Promise<PlannedWindow | undefined> {
    const { limits, cluster } = this.#run.job;
    while (this.#queue.length > 0) {
      const source = this.#run.source;
      const candidates = await this.#candidates(source);
      const { sourceReplId, found } = await this.#look(source, candidates);
      const most = this.#run.speed.most(migrateTimeoutMs(cluster.nodeTimeoutMs, 1));
      const { portions, refused } = cutPortions(found, { limits, biggest: most });
      this.refused.push(...refused);
      const gone = new Set([...portions.flatMap(({ slots }) => slots), ...refused.map(({ slot }) => slot)]);
      this.#queue = this.#queue.filter((slot) => !gone.has(slot));
      for (const { slot, listed } of found) this.#counts.set(slot, listed);
      if (portions.length > 0) return { source, sourceReplId, portions };
    }
    return undefined;
  }

  /** By the counts read ahead: a slot that is too full alone, else as many as seem to fit. */
  async #candidates(source: NodeId): Promise<readonly Slot[]> {
    const { limits } = this.#run.job;
    if (!this.#counts.has(this.#queue[0] ?? -1)) await this.#countAhead(source);
    const candidates: Slot[] = [];
    const keysAtMost = Math.min(PORTIONS_AT_MOST * limits.keys, KEYS_AT_MOST);
    let keys = 0;
    for (const slot of this.#queue.slice(0, SLOTS_AT_MOST)) {
      const count = this.#counts.get(slot);
      if (count === undefined) break;
      if (candidates.length > 0 && (count > limits.keys || keys + count > keysAtMost)) break;
      candidates.push(slot);
      keys += count;
      if (count > limits.keys) break;
    }
    return candidates;
  }

  async #countAhead(source: NodeId): Promise<void> {
    const slots = this.#queue.slice(0, COUNTED_AHEAD);
    const counts = await countKeys(this.#run, source, slots);
    this.#counts = new Map(slots.map((slot, i) => [slot, counts[i] ?? 0]));
  }

  async #look(source: NodeId, slots: readonly Slot[]): Promise<Looked> {
    const { lines, target, job } = this.#run;
    const most = slots.length === 1 ? LOOKED_THROUGH : job.limits.keys + 1;
    const [replies, strays] = await Promise.all([
      lines.ask(source, [
        ["INFO", "replication"],
        ...slots.map((slot) => ["CLUSTER", "GETKEYSINSLOT", slot, most] as const),
      ]),
      countKeys(this.#run, target, slots),
    ]);
    const names = slots.map((_, i) => replyOf(replies[i + 1], source) as readonly Buffer[]);
    const keys = bySlot(
      await sizeKeys(
        lines,
        source,
        names.flatMap((some, i) => some.map((name) => [slots[i] ?? -1, name] as const)),
      ),
    );
    return {
      sourceReplId: parseReplication(String(replyOf(replies[0], source))).replId,
      found: slots.map((slot, i) => ({
        slot,
        keys: keys.get(slot) ?? [],
        listed: names[i]?.length ?? 0,
        isWhole: slots.length === 1 || (names[i]?.length ?? 0) < most,
        strays: strays[i] ?? 0,
      })),
    };
  }
}

type Looked = { readonly sourceReplId: string; readonly found: Parameters<typeof cutPortions>[0] };

async function countKeys(run: Run, id: NodeId, slots: readonly Slot[]): Promise<readonly number[]> {
  const replies = await run.lines.ask(
    id,
    slots.map((slot) => ["CLUSTER", "COUNTKEYSINSLOT", slot]),
  );
  return slots.map((_, i) => Number(replyOf(replies[i], id)));
}
