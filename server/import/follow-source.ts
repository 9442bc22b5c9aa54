import { parseInfo } from "@/lib/cluster/parse";
import { proof } from "@/lib/words/en/proof";
import { parseReplication } from "@/server/migrate/sides";
import { nap } from "@/server/nap";
import { refuse } from "@/server/refuse";
import { forgetStale } from "./forget-stale";
import { beginAnew, readPages, whileAway, withSources } from "./import-source";
import type { ImportJob, ImportState } from "./job";
import type { OpenSource } from "./open-source";
import { refresh } from "./refresh";
import { type Arrived, ImportRun } from "./run";
import { SourceAway } from "./source-away";
import { SourceStream } from "./source-stream";

/**
 * A source that is written to, until its clients are sent to the cluster:
 *
 * 1. Its replication stream is heard first: from then on every key that is written to is known by name.
 * 2. Its keys are read page by page as for a copy, and after each page what was written meanwhile is read again.
 * 3. Then only what is written is read again, until that takes less than a second. The offset up to which everything has
 *    arrived is written down.
 * 4. Cut over, when an operator says so: the source holds its writers (CLIENT PAUSE WRITE, from 6.2 on; before, the
 *    operator has stopped them, and the stream must be quiet), its offset is read, and what is left up to there comes
 *    over. Whatever goes wrong before all has arrived lets the writers go on.
 *
 * A connection that is lost goes on at the offset while the source still has what came after (PSYNC). Else, or where
 * another process answers, its keys are read from the beginning, and those that it has no longer are deleted here.
 *
 * Not guaranteed: anything about keys that others write to the cluster before the cut-over. They are replaced by those of
 * the source.
 */
const CAUGHT_UP_MS = 1000;
const EVERY_MS = 100;
const REACH_MS = 30_000;
/** It may be followed for days: each is a line of the journal. */
const SAY_EVERY_MS = 15_000;
const WRITE_EVERY_MS = 5000;
/** Longer than the rest and the proof take; it ends by itself, so that a console that dies stops nobody for ever. */
export const HOLD_MS = 120_000;
const QUIET_MS = 2000;
const STOPPED_MS = 60_000;

/** Undefined: stop was asked; it is followed on from there. */
export function followSource(job: ImportJob): Promise<ImportState | undefined> {
  return whileAway(job, (onProgress) =>
    withSources(job, (source, others) => followOn({ job, source, others, onProgress })),
  );
}

type Following = {
  readonly job: ImportJob;
  readonly source: OpenSource;
  readonly others: readonly OpenSource[];
  readonly onProgress: () => void;
};

async function followOn({ job, source, others, onProgress }: Following): Promise<ImportState | undefined> {
  const known = job.journal.read();
  if (known?.followed?.ended) return known;
  const { replId, offset = 0, db = 0 } = known?.followed ?? {};
  const left = known?.runId === source.seen.runId && replId !== undefined ? { replid: replId, offset, db } : undefined;
  const replication = await job.replicate(source, left);
  const state = known && replication.continues ? known : beginAnew(job, source);
  const isAnew = known !== undefined && (!replication.continues || known.followed?.anew === true);
  const owners = await job.owners();
  const run = new ImportRun({ job, source, others, owners, state });
  const startDb = replication.continues ? db : 0;
  run.arrived = { offset: replication.offset, db: startDb };
  const skipsOthers = job.skipsOthers;
  const { link, seen } = source;
  const stream = await SourceStream.open({
    replication,
    link,
    db: job.step.db,
    startDb,
    skipsOthers,
    source: seen.name,
    signal: job.signal,
  });
  const follow = new Follow(run, stream, {
    ...state,
    followed: { replId: replication.replid, ...run.arrived, anew: isAnew, ended: false },
  });
  try {
    follow.write();
    const read = await readPages(
      run,
      follow.state,
      async () => {
        follow.arrivedAt(await refresh(run, stream));
        onProgress();
      },
      () => follow.followed,
    );
    if (!read) return undefined;
    follow.state = read;
    if (isAnew) {
      await forgetStale(run);
      follow.isCurrent();
    }
    return await follow.untilCutOver(onProgress);
  } finally {
    stream.close();
  }
}

class Follow {
  state: ImportState;
  readonly #run: ImportRun;
  readonly #stream: SourceStream;
  #saidAt = Number.NEGATIVE_INFINITY;
  #saidNear: boolean | undefined;
  #writtenAt = Number.NEGATIVE_INFINITY;

  constructor(run: ImportRun, stream: SourceStream, state: ImportState) {
    this.#run = run;
    this.#stream = stream;
    this.state = state;
  }

  get followed(): ImportState["followed"] {
    return this.state.followed;
  }

  arrivedAt(arrived: Arrived): void {
    const { followed } = this.state;
    if (followed) this.state = { ...this.state, followed: { ...followed, ...arrived } };
  }

  /** What an earlier pass had brought and the source has no longer is deleted. */
  isCurrent(): void {
    const { followed } = this.state;
    if (followed) this.state = { ...this.state, followed: { ...followed, anew: false } };
    this.write();
  }

  write(): void {
    this.state = { ...this.state, tally: { ...this.#run.tally } };
    this.#run.job.journal.write(this.state, this.#run.takeRefused());
    this.#writtenAt = performance.now();
  }

  async untilCutOver(onProgress: () => void): Promise<ImportState | undefined> {
    const { job } = this.#run;
    for (;;) {
      const startedMs = performance.now();
      await this.#catchUp(REACH_MS);
      onProgress();
      const behindMs = performance.now() - startedMs;
      const isNear = behindMs < CAUGHT_UP_MS;
      if (performance.now() - this.#writtenAt > WRITE_EVERY_MS) this.write();
      if (job.shouldStop() || job.signal.aborted) {
        this.write();
        return undefined;
      }
      if (isNear && job.mayCutOver()) return await this.#cutOver();
      if (isNear !== this.#saidNear || performance.now() - this.#saidAt > SAY_EVERY_MS) {
        job.say(proof.notes.followed({ behindMs: Math.round(behindMs), waits: isNear }));
        this.#saidAt = performance.now();
        this.#saidNear = isNear;
      }
      await nap(EVERY_MS, job.signal);
    }
  }

  /** All that the source has written until now has arrived when this returns true. */
  async #catchUp(withinMs: number): Promise<boolean> {
    const wanted = await offsetOf(this.#run);
    if (!(await this.#stream.reaches(wanted, withinMs))) {
      this.#stream.check();
      if (this.#run.job.signal.aborted) return false;
      throw new SourceAway(`its stream of writes did not come to offset ${wanted}`);
    }
    const arrived = await refresh(this.#run, this.#stream);
    this.arrivedAt(arrived);
    return arrived.offset >= wanted;
  }

  async #cutOver(): Promise<ImportState> {
    const run = this.#run;
    const { name } = run.source.seen;
    const hold = ["CLIENT", "PAUSE", HOLD_MS, "WRITE"];
    const [held] = await run.change(undefined, [hold], hold);
    run.job.say(proof.notes.cutting());
    try {
      if (held?.ok) await this.#drain(name);
      else await this.#awaitQuiet(name);
      const written = await writtenMark(run);
      const { followed } = this.state;
      this.state = { ...this.state, written, ...(followed ? { followed: { ...followed, ended: true } } : {}) };
      this.write();
      return this.state;
    } catch (error) {
      const release = ["CLIENT", "UNPAUSE"];
      if (held?.ok && run.link.isOpen) await run.change(undefined, [release], release);
      throw error;
    }
  }

  /** Nobody writes any more: twice the same, so that nothing was on its way. */
  async #drain(source: string): Promise<void> {
    const ends = performance.now() + HOLD_MS / 2;
    for (let still = 0; still < 2; ) {
      const before = this.#stream.writes;
      const all = await this.#catchUp(REACH_MS);
      still = all && this.#stream.writes === before && this.#stream.waiting === 0 ? still + 1 : 0;
      if (performance.now() > ends)
        throw refuse("refused", "importNotDrained", { source, seconds: Math.round(HOLD_MS / 2000) });
    }
  }

  async #awaitQuiet(source: string): Promise<void> {
    const ends = performance.now() + STOPPED_MS;
    let quietSince = performance.now();
    for (let seen = this.#stream.writes; performance.now() - quietSince < QUIET_MS; seen = this.#stream.writes) {
      await nap(EVERY_MS, this.#run.job.signal);
      await this.#catchUp(REACH_MS);
      if (this.#stream.writes !== seen) quietSince = performance.now();
      if (performance.now() > ends)
        throw refuse("refused", "importStillWritten", { source, seconds: STOPPED_MS / 1000 });
    }
  }
}

async function offsetOf(run: ImportRun): Promise<number> {
  const [reply] = await run.ask([["INFO", "replication"]]);
  if (!reply?.ok) throw reply?.error ?? new SourceAway("it does not tell its offset");
  const { isPrimary, offset } = parseReplication(String(reply.value));
  if (!isPrimary) throw new SourceAway("it is a replica now");
  return offset;
}

async function writtenMark(run: ImportRun): Promise<string> {
  const [reply] = await run.ask([["INFO", "persistence"]]);
  const info = parseInfo(reply?.ok ? String(reply.value) : "");
  return `${info.rdb_last_save_time} ${info.rdb_changes_since_last_save}`;
}
