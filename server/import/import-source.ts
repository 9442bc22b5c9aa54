import { isOpsError, type OpsError } from "@/lib/errors";
import { sourceName } from "@/lib/import-source";
import { NodeReplyError } from "@/server/link";
import { nap } from "@/server/nap";
import { refuse } from "@/server/refuse";
import { importBatch } from "./batch";
import { emptyTally, type ImportJob, type ImportState } from "./job";
import { describeKeys, type SourceKey, scanPage } from "./keys";
import type { OpenSource } from "./open-source";
import { ImportRun } from "./run";
import { SourceAway } from "./source-away";

/**
 * All keys of one source, page after page:
 *
 * 1. A page is what one SCAN tells. Its keys are sized before they go, so that a batch is bounded by keys and bytes; the next
 *    page is asked for meanwhile.
 * 2. The cursor behind a page is written down, fsynced, when each of its keys was read back at its owner or refused. So
 *    whenever this process dies, the page comes again, and what has arrived of it is found to be the same.
 * 3. A cursor means nothing to another process: with another `run_id` (a restart, a failover) the source is read from its
 *    beginning, and what has arrived is found by its value. (A cursor that was carried over a restart lost 5009 of
 *    20 000 keys.)
 * 4. A connection that is lost is opened anew for a while; where Sentinels know the source, at whom they name then. Its
 *    role is asked with every page: one that was demoted is left at once.
 *
 * SCAN tells every key that is there from its first page to its last. Keys that clients write meanwhile may be missed: a
 * copy of a source that is written to is none, and the proof says so.
 */
const BATCH_KEYS = 1000;
const BATCH_BYTES = 4 * 1024 * 1024;
const PAGE_KEYS = 4000;
const PAGE_BYTES = 16 * 1024 * 1024;
const AWAY_MS = 60_000;
const TRY_AGAIN_MS = 500;

/** Undefined: stop was asked, and nothing is half-done. */
export function importSource(job: ImportJob): Promise<ImportState | undefined> {
  return whileAway(job, (onProgress) => readOn(job, onProgress));
}

/** Again and again while the source is away for a short time. */
export async function whileAway(
  job: ImportJob,
  work: (onProgress: () => void) => Promise<ImportState | undefined>,
): Promise<ImportState | undefined> {
  let sinceMs: number | undefined;
  for (;;) {
    try {
      return await work(() => {
        sinceMs = undefined;
      });
    } catch (error) {
      if (!isAway(error)) throw tellable(job, error);
      sinceMs ??= performance.now();
      if (job.shouldStop() || job.signal.aborted) return undefined;
      const details = { source: sourceName(job.step.source), seconds: AWAY_MS / 1000, reason: error.message };
      if (performance.now() - sinceMs > AWAY_MS) throw refuse("unreachable", "importSourceGone", details, error);
      await nap(TRY_AGAIN_MS, job.signal);
    }
  }
}

/** Passes by itself: it restarts, loads, or another takes its place. Owners' troubles never come this far. */
function isAway(error: unknown): error is OpsError | NodeReplyError | SourceAway {
  if (error instanceof SourceAway) return true;
  if (error instanceof NodeReplyError) return ["LOADING", "READONLY", "MASTERDOWN", "BUSY"].includes(error.prefix);
  if (!isOpsError(error)) return false;
  const isLost = (error.code === "unreachable" || error.code === "timed_out") && error.details?.sent !== undefined;
  return isLost || error.sentence === "importNoPrimary" || error.sentence === "importSourceReplica";
}

/** What the source refuses for good: a right that the account lacks, as a rule. */
function tellable({ step }: ImportJob, error: unknown): unknown {
  if (!(error instanceof NodeReplyError)) return error;
  const details = { source: sourceName(step.source), command: "a command", reason: `${error.message}.` };
  return refuse("refused", "importSourceRefused", details, error);
}

async function readOn(job: ImportJob, onProgress: () => void): Promise<ImportState | undefined> {
  return withSources(job, async (source, others) => {
    const state = begin(job, source);
    const run = new ImportRun({ job, source, others, owners: await job.owners(), state });
    return readPages(run, state, async () => onProgress());
  });
}

/** The source and those beside it, open as long as the work takes. */
export async function withSources<T>(
  job: ImportJob,
  work: (source: OpenSource, others: readonly OpenSource[]) => Promise<T>,
): Promise<T> {
  const source = await job.openSource();
  let others: readonly OpenSource[] = [];
  try {
    checkSource(source);
    others = await job.openOthers();
    return await work(source, others);
  } finally {
    for (const one of [source, ...others]) one.link.close();
  }
}

/** From its cursor to the end; undefined when stop was asked. `afterPage` comes before the page is written down. */
export async function readPages(
  run: ImportRun,
  begun: ImportState,
  afterPage: () => Promise<void>,
  followed: () => ImportState["followed"] = () => begun.followed,
): Promise<ImportState | undefined> {
  const { job } = run;
  let state = begun;
  let page = state.done ? nothing : nextPage(run, state.cursor);
  page.catch(() => {});
  while (!state.done) {
    if (job.shouldStop() || job.signal.aborted) return undefined;
    const { keys, next } = await page;
    // The next one is asked for while this one goes its way; who stops here never takes it.
    if (next !== "0") page = nextPage(run, next);
    page.catch(() => {});
    await importBatches(run, batchesOf(run, keys));
    await afterPage();
    state = { ...state, cursor: next, done: next === "0", tally: { ...run.tally }, followed: followed() };
    job.journal.write(state, run.takeRefused());
  }
  return state;
}

function checkSource({ seen }: OpenSource): void {
  if (seen.clusterEnabled) throw refuse("refused", "importSourceCluster", { source: seen.name });
  if (seen.role !== "primary") throw refuse("unreachable", "importSourceReplica", { source: seen.name });
}

/** Where it was left, or the beginning. */
function begin(job: ImportJob, source: OpenSource): ImportState {
  const known = job.journal.read();
  return known?.runId === source.seen.runId ? known : beginAnew(job, source);
}

export function beginAnew({ journal, step }: ImportJob, { seen }: OpenSource): ImportState {
  const known = journal.read();
  const held = seen.databases.find(({ db }) => db === step.db)?.keys ?? 0;
  const restarts = known === undefined ? 0 : known.restarts + 1;
  const { runId, written } = seen;
  const fresh = { runId, restarts, cursor: "0", done: false, held, written, tally: emptyTally };
  journal.reset(fresh);
  return fresh;
}

/** Two at a time: what one has sent is read back while the next goes. Not in a move, whose WATCH is of the connection. */
async function importBatches(run: ImportRun, batches: readonly (readonly SourceKey[])[]): Promise<void> {
  const waiting = [...batches];
  const work = async () => {
    for (let batch = waiting.shift(); batch; batch = waiting.shift()) await importBatch(run, batch);
  };
  await Promise.all(run.job.step.way === "move" ? [work()] : [work(), work()]);
}

type DescribedPage = { readonly keys: readonly SourceKey[]; readonly next: string };
const nothing: Promise<DescribedPage> = Promise.resolve({ keys: [], next: "0" });

async function nextPage(run: ImportRun, cursor: string): Promise<DescribedPage> {
  const { keys, bytes = 0 } = run.job.step;
  const each = keys > 0 ? Math.max(1, bytes / keys) : 1;
  const count = Math.max(10, Math.min(PAGE_KEYS, Math.floor(PAGE_BYTES / each)));
  const [page, role] = await Promise.all([scanPage(run.link, cursor, count), run.link.call(["ROLE"])]);
  if (Array.isArray(role) && String(role[0]) !== "master") throw new SourceAway("it is a replica now");
  return { keys: await describeKeys(run.link, page.keys), next: page.next };
}

/** In order; one that is bigger than a batch goes alone. */
function batchesOf(run: ImportRun, keys: readonly SourceKey[]): readonly (readonly SourceKey[])[] {
  const most = run.job.step.batchKeys ?? BATCH_KEYS;
  const batches: SourceKey[][] = [];
  let last: SourceKey[] = [];
  let bytes = 0;
  for (const key of keys) {
    if (last.length > 0 && (last.length >= most || bytes + key.bytes > BATCH_BYTES)) {
      batches.push(last);
      last = [];
      bytes = 0;
    }
    last.push(key);
    bytes += key.bytes;
  }
  if (last.length > 0) batches.push(last);
  return batches;
}
