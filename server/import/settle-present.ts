import { isSameDump } from "@/server/backup/same-value";
import type { Sent } from "./batch";
import type { SourceKey } from "./keys";
import { place, readValues, type Value } from "./relay";
import { byOwner, type ImportRun, nameIn, OwnerTrouble } from "./run";

export type SettledPresent = {
  readonly identical: readonly SourceKey[];
  /** Written by this batch, before or now: to be read back. */
  readonly placed: readonly SourceKey[];
  readonly again: readonly SourceKey[];
};

type Theirs = { readonly dump: Buffer; readonly ttlMs: number };

/** Keys that their owner has: the same value, one of this batch that changed at the source since, or somebody else's. */
export async function settlePresent(run: ImportRun, keys: readonly SourceKey[], sent: Sent): Promise<SettledPresent> {
  const { values, missing } = await readValues(run, keys);
  const theirs = await readTheirs(run, values);
  const identical: SourceKey[] = [];
  const mine: SourceKey[] = [];
  const again: SourceKey[] = [];
  const replace: Value[] = [];
  for (const value of values) {
    const their = theirs.get(nameIn(value.key));
    const isMine = run.ownsAll || sent.has(nameIn(value.key));
    if (!their) again.push(value);
    else if (isSame(value, their)) (isMine ? mine : identical).push(value);
    else if (isMine || run.job.step.present === "replace") {
      if (!run.ownsAll) keep(run, value, their);
      replace.push(value);
      if (!isMine) run.tally.replaced++;
    } else if (run.job.step.present === "keep") run.tally.kept++;
    else run.refuse(value, "differs");
  }
  for (const { key } of replace) sent.add(nameIn(key));
  const placed = await place(run, replace, ["REPLACE"]);
  await forgetMissing(run, missing, sent);
  return { identical, placed: [...mine, ...placed.sent], again: [...again, ...placed.again] };
}

async function readTheirs(run: ImportRun, values: readonly SourceKey[]): Promise<ReadonlyMap<string, Theirs>> {
  const theirs = new Map<string, Theirs>();
  await Promise.all(
    [...byOwner(run, values)].map(async ([owner, some]) => {
      const replies = await run.tellOwner(
        owner,
        some.flatMap(({ key }) => [
          ["DUMP", key],
          ["PTTL", key],
        ]),
      );
      for (const [i, { key }] of some.entries()) {
        const [dump, ttl] = replies.slice(2 * i, 2 * i + 2);
        if (!dump?.ok || !ttl?.ok) throw new OwnerTrouble(`${owner.name}: it does not tell what it has`);
        if (Buffer.isBuffer(dump.value)) theirs.set(nameIn(key), { dump: dump.value, ttlMs: Number(ttl.value) });
      }
    }),
  );
  return theirs;
}

/** Gone at the source since they were listed. What a move has sent of them is taken back: its client has deleted it. */
async function forgetMissing(run: ImportRun, keys: readonly SourceKey[], sent: Sent): Promise<void> {
  const mine = keys.filter(({ key }) => run.job.step.way === "move" && sent.has(nameIn(key)));
  const theirs = await readTheirs(run, mine);
  for (const [owner, some] of byOwner(run, mine)) {
    for (const value of some) {
      const their = theirs.get(nameIn(value.key));
      if (their) keep(run, value, their);
    }
    const commands = some.map(({ key }) => ["UNLINK", key]);
    await run.change(owner, commands, ["UNLINK", ...some.map(({ key }) => key)]);
  }
  for (const { expiresAtMs } of keys) {
    if (expiresAtMs === undefined) run.tally.gone++;
    else run.tally.expired++;
  }
}

/** One that expires is not the same as one that stays. */
function isSame({ payload, expiresAtMs }: Value, { dump, ttlMs }: Theirs): boolean {
  if ((expiresAtMs !== undefined) !== ttlMs >= 0) return false;
  return isSameDump(payload, dump);
}

function keep(run: ImportRun, { key, slot }: SourceKey, { dump, ttlMs }: Theirs): void {
  run.job.journal.keep({ slot, nodeId: run.owners.of(slot).id, key, ttlMs, dump });
}
