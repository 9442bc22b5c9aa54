import { keyText } from "@/server/migrate/key-text";
import { refuse } from "@/server/refuse";
import { acknowledge } from "./acknowledge";
import { carry } from "./carry";
import type { SourceKey } from "./keys";
import { readBack } from "./read-back";
import { byOwner, type ImportRun, nameIn, OwnerTrouble } from "./run";
import { settlePresent } from "./settle-present";

/**
 * Some keys of a source, to the owners of their slots:
 *
 * 1. Keys that another source of the plan has too are nobody's to choose between, and those too big for half of the node
 *    timeout would silence their owner: both are refused by name and stay where they are.
 * 2. Moving: the source WATCHes the keys, so that what a client changes from here on is not deleted (7).
 * 3. Where the cluster may hold keys of these names, the owners are asked. What they have is compared, never overwritten
 *    blindly: the same value is done, another one is refused, kept or replaced as the plan says, and what is replaced is
 *    kept as a dump before (I10).
 * 4. The others go: by the source's own MIGRATE … COPY straight to the owner, many keys a call, or read here and written
 *    there. Never with REPLACE.
 * 5. Whatever was replied, each key is read back at its owner: its type, its expiry. What is not there is looked for at
 *    the source, and comes again, has expired, or was deleted by a client.
 * 6. Moving: a replica of each owner has them.
 * 7. Moving: UNLINK at the source in one transaction, which the source refuses if a watched key has changed: then the
 *    batch begins anew, in halves, and what the owner has of it is replaced by the newer value.
 *
 * A lost reply, a MOVED or a failover: who owns what is looked at again, and the keys that are left begin at 1. That is
 * safe at any point, because 3 finds what has arrived.
 */
const SETTLE_MS = 60_000;

/** Names of keys that this batch has sent: found at the owner, they are its own and not somebody else's. */
export type Sent = Set<string>;

export async function importBatch(run: ImportRun, keys: readonly SourceKey[], sent: Sent = new Set()): Promise<void> {
  const ends = performance.now() + SETTLE_MS;
  let left = keys;
  while (left.length > 0) {
    let reason = "they changed while they were moved";
    const before = left.length;
    try {
      const again = await attempt(run, left, sent);
      left = again.keys;
      if (again.reason !== undefined) reason = again.reason;
      if (left.length > 0 && again.reason !== undefined) await run.lookAgain();
    } catch (error) {
      if (!(error instanceof OwnerTrouble)) throw error;
      reason = error.message;
      // Nothing of this page is written down yet: it comes again.
      if (run.job.shouldStop()) throw refuse("cancelled", "cancelled", undefined);
      await run.lookAgain();
    }
    const first = left[0];
    if (first === undefined) return;
    const seconds = SETTLE_MS / 1000;
    if (performance.now() > ends)
      throw refuse("unreachable", "importNotSettled", { keys: left.length, key: keyText(first.key), seconds, reason });
    if (left.length === before && left.length > 1 && run.job.step.way === "move") {
      const half = left.length >> 1;
      await importBatch(run, left.slice(0, half), sent);
      left = left.slice(half);
    }
  }
}

export type Again = { readonly keys: readonly SourceKey[]; readonly reason: string | undefined };

async function attempt(run: ImportRun, keys: readonly SourceKey[], sent: Sent): Promise<Again> {
  const { way } = run.job.step;
  const wanted = withoutBig(run, await withoutDoubles(run, keys));
  if (wanted.length === 0) return { keys: [], reason: undefined };
  if (way === "move") await run.ask([["UNWATCH"], ["WATCH", ...wanted.map(({ key }) => key)]]);
  const { present, absent } = await lookFor(run, wanted, sent);
  const carried = await carry(run, absent, sent);
  const settled = await settlePresent(run, present, sent);
  const back = await readBack(run, [...carried.sent, ...settled.placed]);
  const own = new Set(carried.direct.map(({ key }) => nameIn(key)));
  const there = [...back.there, ...settled.identical];
  const again = [...carried.again, ...settled.again, ...back.again];
  if (way === "move") {
    await acknowledge(run, byOwner(run, there).keys());
    if (!(await unlink(run, there)))
      return { keys: [...there, ...again], reason: again.length > 0 ? carried.reason : undefined };
  }
  count(run, { arrived: back.there, identical: settled.identical, own });
  return { keys: again, reason: again.length > 0 ? (carried.reason ?? "the owner did not have them yet") : undefined };
}

type Done = {
  readonly arrived: readonly SourceKey[];
  readonly identical: readonly SourceKey[];
  readonly own: ReadonlySet<string>;
};

function count({ tally, job }: ImportRun, { arrived, identical, own }: Done): void {
  const types = { ...tally.arrived };
  let bytes = 0;
  for (const key of arrived) {
    types[key.type] = (types[key.type] ?? 0) + 1;
    bytes += key.bytes;
    if (own.has(nameIn(key.key))) tally.direct++;
  }
  tally.arrived = types;
  tally.bytes += bytes;
  tally.identical += identical.length;
  job.report(arrived.length + identical.length, bytes);
}

export async function withoutDoubles(run: ImportRun, keys: readonly SourceKey[]): Promise<readonly SourceKey[]> {
  const others = await elsewhere(
    run,
    keys.map(({ key }) => key),
  );
  if (others.size === 0) return keys;
  for (const key of keys) if (others.has(nameIn(key.key))) run.refuse(key, "on-two-sources");
  return keys.filter(({ key }) => !others.has(nameIn(key)));
}

/** Names that another source of the plan has too. */
export async function elsewhere(run: ImportRun, keys: readonly Buffer[]): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  await Promise.all(
    run.others.map(async ({ link }) => {
      const replies = await link.pipeline(keys.map((key) => ["EXISTS", key]));
      for (const [i, reply] of replies.entries()) {
        if (!reply.ok) throw reply.error;
        const key = keys[i];
        if (key && Number(reply.value) > 0) found.add(nameIn(key));
      }
    }),
  );
  return found;
}

/** 20 MB/s is what one big hash takes (FAULTS e6b). */
const BYTES_PER_MS = 20_000;

export function withoutBig(run: ImportRun, keys: readonly SourceKey[]): readonly SourceKey[] {
  const limit = (run.job.nodeTimeoutMs / 2) * BYTES_PER_MS;
  const big = keys.filter(({ bytes }) => bytes > limit);
  for (const key of big) run.refuse(key, "too-big");
  return big.length === 0 ? keys : keys.filter((key) => !big.includes(key));
}

async function lookFor(run: ImportRun, keys: readonly SourceKey[], sent: Sent) {
  const isAsked = (key: SourceKey) => run.mayHold || sent.has(nameIn(key.key));
  const asked = keys.filter(isAsked);
  const present = new Set<SourceKey>();
  await Promise.all(
    [...byOwner(run, asked)].map(async ([owner, some]) => {
      const replies = await run.tellOwner(
        owner,
        some.map(({ key }) => ["EXISTS", key]),
      );
      for (const [i, reply] of replies.entries()) {
        if (!reply.ok) throw new OwnerTrouble(`${owner.name}: ${reply.error.message}`);
        const key = some[i];
        if (key && Number(reply.value) > 0) present.add(key);
      }
    }),
  );
  return { present: [...present], absent: keys.filter((key) => !present.has(key)) };
}

/** False: a watched key has changed, and none was deleted. */
async function unlink(run: ImportRun, keys: readonly SourceKey[]): Promise<boolean> {
  if (keys.length === 0) return true;
  const taken = ["UNLINK", ...keys.map(({ key }) => key)];
  const replies = await run.change(undefined, [["MULTI"], taken, ["EXEC"]], taken);
  const failed = replies.find((reply) => !reply.ok);
  if (failed && !failed.ok) throw failed.error;
  const last = replies.at(-1);
  return last?.ok === true && last.value !== null;
}
