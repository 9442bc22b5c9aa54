import type { NodeId } from "@/lib/cluster/node";
import { isOpsError } from "@/lib/errors";
import type { RefusalReason } from "@/lib/import-source";
import type { CallOptions, Command, Link, Settled } from "@/server/link";
import { nap } from "@/server/nap";
import type { RefusedKey } from "@/server/store/imports";
import { emptyTally, type ImportJob, type ImportState, type Owner, type Owners, type Tally } from "./job";
import { clockAhead, type SourceKey } from "./keys";
import type { OpenSource } from "./open-source";

/** On top of the time that a command may block its node for. */
const REPLY_MS = 10_000;
const LOOK_AGAIN_MS = 200;

/** An owner did not do as it should: look who owns what, then try these keys again. */
export class OwnerTrouble extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = "OwnerTrouble";
  }
}

/** May this owner be reached by the source's own MIGRATE? Known when a first key has been seen to arrive, or not. */
export type Reach = "reached" | "not";

type Draft = { -readonly [K in keyof Tally]: Tally[K] };

/** Where the stream of a source is, and which database is selected there. */
export type Arrived = { readonly offset: number; readonly db: number };

/** One pass over one source, as long as its connection lives. */
export class ImportRun {
  readonly job: ImportJob;
  readonly source: OpenSource;
  readonly others: readonly OpenSource[];
  readonly reach = new Map<NodeId, Reach>();
  /** Whatever the cluster has was brought by this operation: newer values replace it. */
  readonly ownsAll: boolean;
  /** The cluster may have keys of the same names: they are looked for before anything is sent. */
  mayHold: boolean;
  /** Of a source that is followed: everything up to this offset has arrived. */
  arrived: Arrived = { offset: 0, db: 0 };
  /** Added up since the journal was last written. */
  readonly tally: Draft;
  #refused: RefusedKey[] = [];
  #owners: Owners;
  readonly #ahead = new Map<NodeId, number>();

  constructor({ job, source, others, owners, state }: RunParts) {
    this.job = job;
    this.source = source;
    this.others = others;
    this.#owners = owners;
    this.ownsAll = job.step.way === "follow";
    this.mayHold = owners.keys > 0;
    this.tally = {
      ...emptyTally,
      ...state.tally,
      arrived: { ...state.tally.arrived },
      refused: { ...state.tally.refused },
    };
  }

  get link(): Link {
    return this.source.link;
  }

  get owners(): Owners {
    return this.#owners;
  }

  get timeoutMs(): number {
    const half = Math.max(1, Math.floor(this.job.nodeTimeoutMs / 2));
    return Math.min(this.job.step.timeoutMs ?? half, half);
  }

  /** To the source, whose errors are the caller's. */
  ask(commands: readonly Command[], options: CallOptions = {}): Promise<readonly Settled[]> {
    return this.link.pipeline(commands, { buffers: true, timeoutMs: this.job.nodeTimeoutMs + REPLY_MS, ...options });
  }

  /** To an owner; one that is lost is a trouble, after which everything is looked at again. */
  async tellOwner(owner: Owner, commands: readonly Command[]): Promise<readonly Settled[]> {
    if (commands.length === 0) return [];
    return this.atOwner(owner, (link) =>
      link.pipeline(commands, { buffers: true, timeoutMs: this.job.nodeTimeoutMs + REPLY_MS }),
    );
  }

  /** The same with what changes something, at an owner or (undefined) at the source: told as one line of the transcript. */
  async change(at: Owner | undefined, commands: readonly Command[], shown: Command): Promise<readonly Settled[]> {
    if (commands.length === 0) return [];
    const [atMs, clock] = [Date.now(), performance.now()];
    const replies = await (at ? this.tellOwner(at, commands) : this.ask(commands));
    const wrong = replies.find((reply) => !reply.ok);
    const last = replies.at(-1);
    this.job.tell(at?.id, {
      endpoint: (at ?? this.source.seen).endpoint,
      command: shown,
      atMs,
      tookMs: performance.now() - clock,
      reply: last?.ok ? last.value : undefined,
      error: wrong && !wrong.ok ? wrong.error : undefined,
    });
    return replies;
  }

  async atOwner<T>(owner: Owner, work: (link: Link) => Promise<T>): Promise<T> {
    try {
      return await work(await this.job.link(owner.id));
    } catch (error) {
      if (isOpsError(error) && (error.code === "unreachable" || error.code === "timed_out"))
        throw new OwnerTrouble(error.message);
      throw error;
    }
  }

  async lookAgain(): Promise<void> {
    await nap(LOOK_AGAIN_MS, this.job.signal);
    this.#owners = await this.job.owners();
  }

  async aheadOf(owner: Owner): Promise<number> {
    const known = this.#ahead.get(owner.id);
    if (known !== undefined) return known;
    const ahead = await this.atOwner(owner, (link) => clockAhead(link, this.link));
    this.#ahead.set(owner.id, ahead);
    return ahead;
  }

  refuse({ key }: SourceKey, reason: RefusalReason): void {
    this.#refused.push({ key, reason });
    this.tally.refused = { ...this.tally.refused, [reason]: (this.tally.refused[reason] ?? 0) + 1 };
  }

  takeRefused(): readonly RefusedKey[] {
    const refused = this.#refused;
    this.#refused = [];
    return refused;
  }
}

type RunParts = {
  readonly job: ImportJob;
  readonly source: OpenSource;
  readonly others: readonly OpenSource[];
  readonly owners: Owners;
  readonly state: ImportState;
};

export const nameIn = (key: Buffer): string => key.toString("latin1");

export function byOwner<T extends { readonly slot: number }>(
  run: ImportRun,
  keys: readonly T[],
): ReadonlyMap<Owner, readonly T[]> {
  const groups = new Map<Owner, T[]>();
  for (const key of keys) {
    const owner = run.owners.of(key.slot);
    const same = groups.get(owner);
    if (same) same.push(key);
    else groups.set(owner, [key]);
  }
  return groups;
}
